"""All tables of sla at once, as 0001 to 0008 make them one after the other; a new install needs only this."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.squashed import CreateTogether


class Migration(migrations.Migration):
    replaces = [
        ("sla", "0001_initial"),
        ("sla", "0002_escalation_reminders_and_moves"),
        ("sla", "0003_revisions"),
        ("sla", "0004_holidays_as_they_were_known"),
        ("sla", "0005_breach_causes"),
        ("sla", "0006_tracks"),
        ("sla", "0007_revisions_count_batches"),
        ("sla", "0008_causes_from_the_index"),
    ]

    initial = True

    dependencies = [
        ("agents", "0003_departure"),
        ("tickets", "0017_counts_from_the_index"),
    ]

    operations = [
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="Calendar",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        ("archived_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ],
                    options={
                        "verbose_name": "calendar",
                        "verbose_name_plural": "calendars",
                        "ordering": ("name",),
                    },
                ),
                migrations.CreateModel(
                    name="SlaPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        ("position", models.PositiveIntegerField(default=0, verbose_name="place")),
                        ("active", models.BooleanField(default=True, verbose_name="active")),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ],
                    options={
                        "verbose_name": "SLA policy",
                        "verbose_name_plural": "SLA policies",
                        "ordering": ("position", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="CalendarVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("zone", models.CharField(max_length=64, verbose_name="time zone")),
                        ("weekly", models.JSONField(default=list)),
                        ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                        ("subdivision", models.CharField(blank=True, max_length=40, verbose_name="region")),
                        ("categories", models.JSONField(blank=True, default=list)),
                        ("closed_days", models.JSONField(blank=True, default=dict)),
                        ("openings", models.JSONField(blank=True, default=dict)),
                        ("in_force_from", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="sla.calendar"
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("holidays", models.JSONField(editable=False, null=True)),
                    ],
                    options={
                        "ordering": ("calendar", "number"),
                        "constraints": [
                            models.UniqueConstraint(fields=("calendar", "number"), name="calendar_version_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SlaPolicyVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("conditions", models.JSONField(blank=True, default=list)),
                        ("targets", models.JSONField(default=dict)),
                        ("wall_clock", models.JSONField(blank=True, default=list)),
                        ("pauses", models.JSONField(blank=True, default=dict)),
                        ("ladder", models.JSONField(blank=True, default=list)),
                        ("in_force_from", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "calendar",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.calendar",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="sla.slapolicy"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("policy", "number"),
                        "constraints": [
                            models.UniqueConstraint(fields=("policy", "number"), name="policy_version_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SlaClock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "metric",
                            models.CharField(
                                choices=[
                                    ("first_response", "First response"),
                                    ("next_response", "Next response"),
                                    ("periodic_update", "Periodic update"),
                                    ("resolution", "Resolution"),
                                    ("team_handling", "Team handling"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("sequence", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "Running"),
                                    ("paused", "Paused"),
                                    ("met", "Met"),
                                    ("breached_open", "Late"),
                                    ("breached_closed", "Missed"),
                                    ("unanswered", "Solved without an answer"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="running",
                                max_length=20,
                            ),
                        ),
                        ("target_seconds", models.PositiveIntegerField(blank=True, null=True)),
                        ("used_seconds", models.PositiveBigIntegerField(default=0)),
                        ("started_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("satisfied_at", models.DateTimeField(blank=True, null=True)),
                        ("breached_at", models.DateTimeField(blank=True, null=True)),
                        ("detected_at", models.DateTimeField(blank=True, null=True)),
                        ("breach_cause", models.CharField(blank=True, max_length=10)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_cause", models.CharField(blank=True, max_length=20)),
                        ("team_id_then", models.BigIntegerField(blank=True, null=True)),
                        ("next_check_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "calendar_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.calendarversion",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sla_clocks",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "policy_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.slapolicyversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_check_at__isnull", False)),
                                fields=["next_check_at", "id"],
                                name="clock_to_check",
                            ),
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)), fields=["due_at", "id"], name="clock_due"
                            ),
                            models.Index(
                                condition=models.Q(("breached_at__isnull", False)),
                                fields=["breached_at", "ticket"],
                                include=("state",),
                                name="clock_breached",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("ticket", "metric", "sequence"), name="clock_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Escalation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("step", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("level", models.PositiveSmallIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("acknowledged", "Acknowledged"),
                                    ("resolved", "Resolved"),
                                    ("handed_back", "Handed back"),
                                    ("expired", "Expired"),
                                ],
                                default="open",
                                max_length=12,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("clock", "SLA clock"),
                                    ("rule", "Rule"),
                                    ("agent", "Agent"),
                                    ("csat", "Low satisfaction"),
                                    ("customer", "Customer"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("due_soon", "Due soon"),
                                    ("breached", "Breached"),
                                    ("customer_upset", "Unhappy customer"),
                                    ("needs_senior", "Needs somebody more experienced"),
                                    ("needs_decision", "Needs a decision"),
                                    ("low_score", "Low score"),
                                    ("not_acknowledged", "Nobody acknowledged in time"),
                                    ("other", "Something else"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("raised_by_name", models.CharField(max_length=160)),
                        ("owner_cause", models.CharField(blank=True, max_length=12)),
                        ("before", models.JSONField(blank=True, default=dict)),
                        ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("ack_due", models.DateTimeField(blank=True, null=True)),
                        ("next_repeat_at", models.DateTimeField(blank=True, null=True)),
                        ("repeats", models.PositiveSmallIntegerField(default=0)),
                        ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("note", models.TextField(blank=True)),
                        (
                            "acknowledged_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "next",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="previous",
                                to="sla.escalation",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "raised_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="escalations",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "clock",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="escalations",
                                to="sla.slaclock",
                            ),
                        ),
                        ("closed_cause", models.CharField(blank=True, max_length=10)),
                        ("max_repeats", models.PositiveSmallIntegerField(default=0)),
                        ("repeat_every", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "moved_from",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")), fields=["ack_due", "id"], name="escalation_open"
                            ),
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["next_repeat_at"],
                                name="escalation_repeat",
                            ),
                            models.Index(fields=["ticket", "id"], name="escalation_of_ticket"),
                            models.Index(
                                condition=models.Q(("state", "acknowledged")),
                                fields=["opened_at", "id"],
                                name="escalation_held",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClockStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("step", models.CharField(max_length=24)),
                        ("planned_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "clock",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="sla.slaclock",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("clock", "step"), name="step_taken_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SlaLeg",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("running", models.BooleanField()),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("started", "The clock started"),
                                    ("paused", "Paused by the state"),
                                    ("resumed", "Runs again"),
                                    ("reopened", "Reopened"),
                                    ("solved", "Solved"),
                                    ("priority", "Another priority"),
                                    ("policy", "Another policy"),
                                    ("calendar", "Other opening hours"),
                                    ("no_policy", "No policy in force"),
                                    ("withdrawn", "The answer was taken back"),
                                    ("restored", "The merge was undone"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("status", models.CharField(blank=True, max_length=10)),
                        ("target_seconds", models.PositiveIntegerField(blank=True, null=True)),
                        ("began_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("used_seconds", models.PositiveBigIntegerField(default=0)),
                        (
                            "calendar_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.calendarversion",
                            ),
                        ),
                        (
                            "change",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="tickets.change",
                            ),
                        ),
                        (
                            "clock",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="legs",
                                to="sla.slaclock",
                            ),
                        ),
                        (
                            "policy_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.slapolicyversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("clock", "position"),
                        "constraints": [models.UniqueConstraint(fields=("clock", "position"), name="leg_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SlaAssignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("matched", "It meets the policy's condition"),
                                    ("hand", "Set by hand"),
                                    ("edited", "The policy or calendar was edited"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "calendar_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.calendarversion",
                            ),
                        ),
                        (
                            "change",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.change",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sla_assignments",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "policy_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.slapolicyversion",
                            ),
                        ),
                        ("follows", models.BigIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["ticket", "id"], name="sla_assignment_of_ticket")],
                    },
                ),
                migrations.CreateModel(
                    name="SlaRevision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("policy", "Policy"),
                                    ("order", "Order of policies"),
                                    ("calendar", "Calendar"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("weighing", "Counting"),
                                    ("weighed", "Not in force yet"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("dropped", "Discarded"),
                                ],
                                default="weighing",
                                max_length=10,
                            ),
                        ),
                        ("proposal", models.JSONField(default=dict)),
                        ("ground", models.CharField(blank=True, max_length=64)),
                        ("open_too", models.BooleanField(blank=True, null=True)),
                        ("weighed_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("weighed_to", models.BigIntegerField(default=0)),
                        ("impact", models.JSONField(blank=True, default=dict)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        ("laid_out", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("applied_at", models.DateTimeField(blank=True, null=True)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "calendar",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisions",
                                to="sla.calendar",
                            ),
                        ),
                        (
                            "calendar_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.calendarversion",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisions",
                                to="sla.slapolicy",
                            ),
                        ),
                        (
                            "policy_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.slapolicyversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("weighing", "running"))),
                                fields=["id"],
                                name="revision_at_work",
                            ),
                            models.Index(fields=["created_at"], name="revision_made"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SlaRevisionBatch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first", models.BigIntegerField()),
                        ("last", models.BigIntegerField()),
                        ("tickets", models.PositiveIntegerField()),
                        ("done_to", models.BigIntegerField()),
                        ("holder", models.CharField(blank=True, max_length=36)),
                        ("held_until", models.DateTimeField(blank=True, null=True)),
                        ("moved", models.PositiveIntegerField(default=0)),
                        ("failed", models.PositiveIntegerField(default=0)),
                        (
                            "revision",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="batches",
                                to="sla.slarevision",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_to__lt", models.F("last"))),
                                fields=["revision", "id"],
                                name="batch_left",
                            )
                        ],
                        "constraints": [models.UniqueConstraint(fields=("revision", "first"), name="batch_once")],
                    },
                ),
                migrations.CreateModel(
                    name="BreachCause",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                choices=[
                                    ("late_pickup", "Nobody picked it up in time"),
                                    ("workload", "Too much work at once"),
                                    ("wrong_team", "Was with the wrong team first"),
                                    ("absence", "Absence or change of shift"),
                                    ("knowledge", "We lacked the knowledge"),
                                    ("complex", "The matter itself took longer"),
                                    ("outage", "Fault or outage on our side"),
                                    ("third_party", "Somebody else kept us waiting"),
                                    ("customer", "The customer kept us waiting"),
                                    ("wrong_target", "The target or the hours did not fit"),
                                    ("other", "Something else"),
                                ],
                                max_length=20,
                                verbose_name="cause",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="in your own words")),
                        ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "set_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="breach_cause",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SlaTrack",
                    fields=[
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="sla_track",
                                serialize=False,
                                to="tickets.ticket",
                            ),
                        ),
                        ("by_hand", models.BooleanField(default=False)),
                        ("memory", models.JSONField(default=dict)),
                        (
                            "calendar_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.calendarversion",
                            ),
                        ),
                        (
                            "policy_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.slapolicyversion",
                            ),
                        ),
                    ],
                ),
            ],
        ),
    ]
