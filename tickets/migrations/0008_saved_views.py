"""Saved views, and how each agent looks at a list."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0002_audit_and_account_mail"),
        ("customers", "0006_history"),
        ("tickets", "0007_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ListLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("view", models.CharField(blank=True, max_length=20)),
                ("sort", models.CharField(blank=True, max_length=20)),
                ("columns", models.JSONField(blank=True, default=list)),
                ("compact", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "sharing",
                    models.CharField(
                        choices=[("nobody", "Only me"), ("team", "A team"), ("everyone", "Everyone")],
                        default="nobody",
                        max_length=10,
                        verbose_name="for",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=2000, verbose_name="query")),
                ("parameters", models.JSONField(blank=True, default=dict)),
                ("sort", models.CharField(blank=True, max_length=20)),
                ("columns", models.JSONField(blank=True, default=list)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
            },
        ),
        migrations.AddField(
            model_name="listlook",
            name="agent",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="list_looks",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="saved_views", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_views",
                to="agents.team",
            ),
        ),
        migrations.AddConstraint(
            model_name="listlook",
            constraint=models.UniqueConstraint(fields=("agent", "view"), name="one_look_at_each_view"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sharing", "team"), ("team__isnull", False)),
                    models.Q(models.Q(("sharing", "team"), _negated=True), ("team", None)),
                    _connector="OR",
                ),
                name="a_team_when_shared_with_one",
            ),
        ),
    ]
