"""All tables of automation at once, as 0001 to 0002 make them one after the other; a new install needs only this."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.squashed import CreateTogether


class Migration(migrations.Migration):
    replaces = [("automation", "0001_routing"), ("automation", "0002_macros")]

    initial = True

    dependencies = [
        ("agents", "0006_api_tokens"),
        ("sla", "0004_holidays_as_they_were_known"),
    ]

    operations = [
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="AgentHours",
                    fields=[
                        (
                            "agent",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="working_hours",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.calendar",
                                verbose_name="working hours",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="TeamRouting",
                    fields=[
                        (
                            "team",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="routing",
                                serialize=False,
                                to="agents.team",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("manual", "By hand"),
                                    ("round_robin", "In turn"),
                                    ("least_loaded", "To the least loaded"),
                                ],
                                default="manual",
                                max_length=20,
                                verbose_name="mode",
                            ),
                        ),
                        ("turns", models.PositiveBigIntegerField(default=0, editable=False)),
                        (
                            "calendar",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.calendar",
                                verbose_name="working hours",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Turn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField()),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "routing",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="taken",
                                to="automation.teamrouting",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("routing", "agent"), name="turn_once_per_member")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Macro",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("description", models.CharField(blank=True, max_length=250)),
                        ("steps", models.JSONField(blank=True, default=list)),
                        ("body", models.TextField(blank=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("reply", "Reply to the customer"), ("note", "Internal note")],
                                default="reply",
                                max_length=10,
                            ),
                        ),
                        ("active", models.BooleanField(default=True)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("owner", None), ("team", None), _connector="OR"),
                                name="macro_own_or_team",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
