"""All tables of reports at once, as 0001 to 0008 make them one after the other; a new install needs only this."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.squashed import CreateTogether


class Migration(migrations.Migration):
    replaces = [
        ("reports", "0001_facts"),
        ("reports", "0002_measures"),
        ("reports", "0003_targets_exports_schedules"),
        ("reports", "0004_spam"),
        ("reports", "0005_where_medians_lie"),
        ("reports", "0006_sums_by_slice"),
        ("reports", "0007_sums_of_weeks"),
        ("reports", "0008_whose_rebuild_and_which_edits"),
    ]

    initial = True

    dependencies = [
        ("agents", "0006_api_tokens"),
        ("tickets", "0016_place_in_the_feed"),
    ]

    operations = [
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="Keeper",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("zone", models.CharField(blank=True, max_length=64)),
                        ("rebuilding_until", models.DateTimeField(null=True)),
                        ("summed_as", models.CharField(blank=True, max_length=64)),
                        ("edits_known", models.BigIntegerField(default=0)),
                        ("edits_known_at", models.DateTimeField(null=True)),
                        ("edits_noted", models.BigIntegerField(default=0)),
                        ("rebuilt_by", models.CharField(blank=True, max_length=32)),
                    ],
                ),
                migrations.CreateModel(
                    name="StaleDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(unique=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Stale",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Fact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place", models.PositiveIntegerField()),
                        ("team_id", models.BigIntegerField(null=True)),
                        ("agent_id", models.BigIntegerField(null=True)),
                        ("channel", models.CharField(max_length=10)),
                        ("priority", models.PositiveSmallIntegerField()),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("policy_id", models.BigIntegerField(null=True)),
                        ("tags", models.TextField(blank=True)),
                        ("requester_id", models.BigIntegerField()),
                        ("imported", models.BooleanField(default=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("created", "created"),
                                    ("first_reply", "first reply"),
                                    ("next_reply", "next reply"),
                                    ("solved", "solved"),
                                    ("reopened", "reopened"),
                                    ("merged_away", "merged away"),
                                    ("spam", "spam"),
                                    ("restored", "restored"),
                                    ("reassigned", "reassigned"),
                                    ("promise", "promise"),
                                    ("escalated", "escalated"),
                                    ("esc_closed", "escalation closed"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("hour_of_week", models.PositiveSmallIntegerField()),
                        ("merged", models.BooleanField(default=False)),
                        ("seconds", models.BigIntegerField(null=True)),
                        ("business", models.BigIntegerField(null=True)),
                        ("active", models.BigIntegerField(null=True)),
                        ("active_business", models.BigIntegerField(null=True)),
                        ("ours", models.BigIntegerField(null=True)),
                        ("ours_business", models.BigIntegerField(null=True)),
                        ("theirs", models.BigIntegerField(null=True)),
                        ("theirs_business", models.BigIntegerField(null=True)),
                        ("replies", models.PositiveIntegerField(null=True)),
                        ("first", models.BooleanField(default=False)),
                        ("last", models.BooleanField(default=False)),
                        ("reopened_after", models.BigIntegerField(null=True)),
                        ("returned_after", models.BigIntegerField(null=True)),
                        ("detail", models.CharField(blank=True, max_length=20)),
                        ("outcome", models.CharField(blank=True, max_length=12)),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["kind", "at"], name="fact_by_kind"),
                            models.Index(fields=["kind", "team_id", "at"], name="fact_by_team"),
                            models.Index(
                                condition=models.Q(("kind__in", ("created", "solved"))),
                                fields=["requester_id", "at"],
                                name="fact_returning",
                            ),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("ticket", "kind", "place"), name="fact_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Span",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place", models.PositiveIntegerField()),
                        ("team_id", models.BigIntegerField(null=True)),
                        ("agent_id", models.BigIntegerField(null=True)),
                        ("channel", models.CharField(max_length=10)),
                        ("priority", models.PositiveSmallIntegerField()),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("policy_id", models.BigIntegerField(null=True)),
                        ("tags", models.TextField(blank=True)),
                        ("requester_id", models.BigIntegerField()),
                        ("imported", models.BooleanField(default=False)),
                        ("status", models.CharField(max_length=10)),
                        ("began", models.DateTimeField()),
                        ("ended", models.DateTimeField(null=True)),
                        ("created", models.DateTimeField()),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["began", "ended"], name="span_by_begin"),
                            models.Index(fields=["ended", "began"], name="span_by_end"),
                            models.Index(condition=models.Q(("ended", None)), fields=["status"], name="span_standing"),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("ticket", "place"), name="span_once")],
                    },
                ),
                migrations.CreateModel(
                    name="ReportSchedule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("page", models.CharField(max_length=30, verbose_name="page")),
                        ("query", models.TextField(blank=True, max_length=2000, verbose_name="filter")),
                        (
                            "format",
                            models.CharField(
                                choices=[("csv", "CSV"), ("xlsx", "Excel (XLSX)")],
                                default="xlsx",
                                max_length=4,
                                verbose_name="format",
                            ),
                        ),
                        (
                            "every",
                            models.CharField(
                                choices=[("day", "Every day"), ("week", "Every week"), ("month", "Every month")],
                                default="week",
                                max_length=5,
                                verbose_name="how often",
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                default=0,
                                validators=[django.core.validators.MaxValueValidator(6)],
                                verbose_name="day of the week",
                            ),
                        ),
                        (
                            "month_day",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[django.core.validators.MaxValueValidator(31)],
                                verbose_name="day of the month",
                            ),
                        ),
                        (
                            "hour",
                            models.PositiveSmallIntegerField(
                                default=8,
                                validators=[django.core.validators.MaxValueValidator(23)],
                                verbose_name="hour",
                            ),
                        ),
                        ("active", models.BooleanField(default=True, verbose_name="active")),
                        ("next_at", models.DateTimeField()),
                        ("last_at", models.DateTimeField(null=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "recipients",
                            models.ManyToManyField(
                                related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="recipients"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(condition=models.Q(("active", True)), fields=["next_at"], name="schedule_due")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("planned_for", models.DateTimeField()),
                        ("header_id", models.CharField(max_length=250, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("sending", "Sending"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                    ("dropped", "Dropped"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("crashes", models.PositiveSmallIntegerField(default=0)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "schedule",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mails",
                                to="reports.reportschedule",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "sending"])),
                                fields=["due_at", "id"],
                                name="report_mail_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("schedule", "planned_for", "agent"), name="report_mailed_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Target",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kpi", models.CharField(max_length=24)),
                        ("business", models.BooleanField(default=False)),
                        (
                            "per",
                            models.CharField(
                                choices=[
                                    ("range", "any range"),
                                    ("day", "a day"),
                                    ("month", "a month"),
                                    ("quarter", "a quarter"),
                                ],
                                default="range",
                                max_length=8,
                            ),
                        ),
                        ("value", models.FloatField(null=True)),
                        ("since", models.DateField()),
                        ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "set_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["kpi", "team", "since"], name="target_by_kpi")],
                    },
                ),
                migrations.CreateModel(
                    name="ExportJob",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kpi", models.CharField(max_length=80)),
                        ("query", models.TextField(blank=True)),
                        ("format", models.CharField(max_length=4)),
                        ("language", models.CharField(blank=True, max_length=10)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Ready"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("claimed_until", models.DateTimeField(null=True)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                        ("file_name", models.CharField(blank=True, max_length=80)),
                        ("saw_all", models.BooleanField(default=False)),
                        ("saw_teams", models.JSONField(default=list)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("expires_at", models.DateTimeField()),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["waiting", "running"])),
                                fields=["id"],
                                name="export_to_write",
                            ),
                            models.Index(fields=["expires_at"], name="export_expiring"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DaySum",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("measure", models.CharField(max_length=24)),
                        ("key", models.CharField(blank=True, max_length=12)),
                        ("told", models.TextField()),
                        ("values", models.BinaryField()),
                        ("days", models.PositiveSmallIntegerField(default=1)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["day"], name="day_sum_day")],
                        "constraints": [
                            models.UniqueConstraint(fields=("measure", "key", "days", "day"), name="day_sum_once")
                        ],
                    },
                ),
            ],
        ),
    ]
