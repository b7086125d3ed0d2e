"""All tables of agents at once, as 0001 to 0007 make them one after the other; a new install needs only this."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.squashed import CreateTogether


class Migration(migrations.Migration):
    replaces = [
        ("agents", "0001_initial"),
        ("agents", "0002_audit_and_account_mail"),
        ("agents", "0003_departure"),
        ("agents", "0004_capacity_and_skills"),
        ("agents", "0005_agent_stand_in"),
        ("agents", "0006_api_tokens"),
        ("agents", "0007_services"),
    ]

    initial = True

    dependencies = []

    operations = [
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="Agent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        ("email", models.EmailField(max_length=254, unique=True, verbose_name="email address")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("light_agent", "Light agent"),
                                    ("agent", "Agent"),
                                    ("supervisor", "Supervisor"),
                                    ("ops_manager", "Ops manager"),
                                    ("admin", "Admin"),
                                ],
                                default="agent",
                                max_length=20,
                                verbose_name="role",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("language", models.CharField(default="en", max_length=10, verbose_name="language")),
                        ("time_zone", models.CharField(default="UTC", max_length=64, verbose_name="time zone")),
                        ("theme", models.CharField(default="system", max_length=10, verbose_name="theme")),
                        ("signature", models.TextField(blank=True, verbose_name="signature")),
                        (
                            "availability",
                            models.CharField(
                                choices=[("online", "Online"), ("away", "Away"), ("offline", "Offline")],
                                default="offline",
                                max_length=10,
                                verbose_name="availability",
                            ),
                        ),
                        ("availability_changed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "two_factor_required",
                            models.BooleanField(default=False, verbose_name="must use two-factor sign-in"),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "teams",
                            models.ManyToManyField(
                                related_name="agents",
                                through="agents.Membership",
                                to="agents.team",
                                verbose_name="teams",
                            ),
                        ),
                        ("link_epoch", models.PositiveIntegerField(default=0, editable=False)),
                        ("session_epoch", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(
                                blank=True, default=20, null=True, verbose_name="capacity"
                            ),
                        ),
                        (
                            "stand_in",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="stand-in",
                            ),
                        ),
                        ("is_service", models.BooleanField(default=False, editable=False)),
                    ],
                    options={
                        "verbose_name": "agent",
                        "verbose_name_plural": "agents",
                        "ordering": ("name", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        ("slug", models.SlugField(max_length=80, unique=True, verbose_name="short name")),
                        ("description", models.CharField(blank=True, max_length=250, verbose_name="description")),
                        ("archived_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ],
                    options={
                        "verbose_name": "team",
                        "verbose_name_plural": "teams",
                        "ordering": ("name",),
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("is_lead", models.BooleanField(default=False, verbose_name="team lead")),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="agents.team",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("agent", "team"), name="member_once_per_team")],
                    },
                ),
                migrations.CreateModel(
                    name="AccountMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("data", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="account_mails",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "account mail",
                        "verbose_name_plural": "account mails",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None)), fields=["due_at"], name="account_mail_owed"
                            ),
                            models.Index(fields=["agent", "kind", "created_at"], name="account_mail_of_agent"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AgentAudit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("kind", models.CharField(max_length=40)),
                        ("actor_kind", models.CharField(max_length=10)),
                        ("actor_name", models.CharField(blank=True, max_length=120)),
                        ("subject", models.CharField(blank=True, max_length=254)),
                        ("data", models.JSONField(default=dict)),
                        ("ip", models.GenericIPAddressField(null=True)),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="audits",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "account audit entry",
                        "verbose_name_plural": "account audit entries",
                        "indexes": [models.Index(fields=["at", "id"], name="audit_by_time")],
                    },
                ),
                migrations.CreateModel(
                    name="Departure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("followed_at", models.DateTimeField(null=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agents.team"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("followed_at", None)), fields=["id"], name="departure_to_follow"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Skill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(choices=[("language", "Language"), ("tag", "Tag")], max_length=10)),
                        ("value", models.CharField(max_length=50)),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="skills",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("kind", "value"),
                        "constraints": [
                            models.UniqueConstraint(fields=("agent", "kind", "value"), name="skill_once_per_agent")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                        ("hint", models.CharField(editable=False, max_length=12)),
                        (
                            "scope",
                            models.CharField(
                                choices=[
                                    ("file", "Only file what customers write"),
                                    ("read", "Read"),
                                    ("write", "Read and write"),
                                    ("admin", "Read, write and change settings"),
                                ],
                                default="read",
                                max_length=5,
                                verbose_name="may",
                            ),
                        ),
                        ("epoch", models.PositiveIntegerField(editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("last_used_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="api_tokens",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "API token",
                        "verbose_name_plural": "API tokens",
                    },
                ),
                migrations.CreateModel(
                    name="RepeatedRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=255)),
                        ("digest", models.CharField(max_length=64)),
                        ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("body", models.TextField(blank=True)),
                        ("headers", models.JSONField(default=dict)),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["begun_at"], name="request_by_time")],
                        "constraints": [models.UniqueConstraint(fields=("agent", "key"), name="request_done_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Service",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("files_for_customers", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="service",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "teams",
                            models.ManyToManyField(
                                blank=True, related_name="services", to="agents.team", verbose_name="teams"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "integration",
                        "verbose_name_plural": "integrations",
                    },
                ),
            ],
        ),
    ]
