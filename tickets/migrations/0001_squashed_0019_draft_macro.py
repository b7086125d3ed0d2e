"""All tables of tickets at once, as 0001 to 0019 make them one after the other; a new install needs only this."""

import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import tickets.models.attachment
from helpdesk.lib.squashed import CreateTogether


def index_custom_fields(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE INDEX ticket_custom ON tickets_ticket USING gin (custom jsonb_path_ops)")


def drop_custom_fields(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS ticket_custom")


POSTGRES = (
    # Bounded, because every search reads what waits in the pending list word by word.
    "CREATE INDEX search_vector ON tickets_searchdocument USING gin (vector) WITH (gin_pending_list_limit = 1024)",
    # Each change of a ticket writes its row anew: room on the page, and dead rows gone before they pile up.
    # Words stand in the row itself: fetching them from beside it would double what a ranking costs.
    "ALTER TABLE tickets_searchdocument SET"
    " (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, toast_tuple_target = 8160)",
    "ALTER TABLE tickets_searchdocument ALTER COLUMN vector SET STATISTICS 1000",
)
SQLITE = (
    # The words come folded, so the tokenizer has nothing to do but cut at spaces. The rowid is the ticket.
    "CREATE VIRTUAL TABLE tickets_search USING fts5(subject, about, said, noted, stems, noted_stems,"
    " tokenize = 'unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE tickets_search_words USING fts5vocab(tickets_search, 'row')",
)


def make_search(apps, schema_editor):
    for statement in {"postgresql": POSTGRES, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_search(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE IF EXISTS tickets_search_words")
        schema_editor.execute("DROP TABLE IF EXISTS tickets_search")


class Migration(migrations.Migration):
    replaces = [
        ("tickets", "0001_initial"),
        ("tickets", "0002_custom_fields_index"),
        ("tickets", "0003_ticket_unassigned"),
        ("tickets", "0004_ticket_without_team"),
        ("tickets", "0005_merge_split_time"),
        ("tickets", "0006_drafts_canned_scheduled"),
        ("tickets", "0007_search"),
        ("tickets", "0008_saved_views"),
        ("tickets", "0009_list_orders"),
        ("tickets", "0010_reading_and_presence"),
        ("tickets", "0011_bulk_jobs"),
        ("tickets", "0012_due_times"),
        ("tickets", "0013_ticket_escalated"),
        ("tickets", "0014_presence_of_each_page"),
        ("tickets", "0015_open_load"),
        ("tickets", "0016_place_in_the_feed"),
        ("tickets", "0017_counts_from_the_index"),
        ("tickets", "0018_filed_words"),
        ("tickets", "0019_draft_macro"),
        ("tickets", "0019b_index_places"),
        ("tickets", "0019c_filed_once"),
    ]

    initial = True

    dependencies = [
        ("agents", "0006_api_tokens"),
        ("customers", "0007_tiers"),
    ]

    operations = [
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="Blob",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sha256", models.CharField(max_length=64, unique=True)),
                        ("size", models.PositiveBigIntegerField()),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="FieldDefinition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(max_length=40, unique=True, verbose_name="key")),
                        ("label", models.CharField(max_length=80, verbose_name="label")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("text", "Text"),
                                    ("number", "Number"),
                                    ("date", "Date"),
                                    ("choice", "Choice"),
                                    ("checkbox", "Checkbox"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("choices", models.JSONField(blank=True, default=list, verbose_name="choices")),
                        (
                            "required_to_solve",
                            models.BooleanField(default=False, verbose_name="needed before a ticket is solved"),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                        ("active", models.BooleanField(default=True, verbose_name="shown")),
                    ],
                    options={
                        "verbose_name": "custom field",
                        "verbose_name_plural": "custom fields",
                        "ordering": ("position", "label"),
                    },
                ),
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=50, unique=True)),
                    ],
                    options={
                        "ordering": ("name",),
                    },
                ),
                migrations.CreateModel(
                    name="Ticket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("subject", models.CharField(max_length=250, verbose_name="subject")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("new", "New"),
                                    ("open", "Open"),
                                    ("pending", "Pending"),
                                    ("on_hold", "On hold"),
                                    ("solved", "Solved"),
                                    ("closed", "Closed"),
                                ],
                                default="new",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (2, "Normal"), (3, "High"), (4, "Urgent")],
                                default=2,
                                verbose_name="priority",
                            ),
                        ),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("question", "Question"),
                                    ("incident", "Incident"),
                                    ("problem", "Problem"),
                                    ("task", "Task"),
                                ],
                                default="question",
                                max_length=10,
                                verbose_name="type",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("email", "Email"), ("web", "Web"), ("phone", "Phone"), ("api", "API")],
                                max_length=10,
                                verbose_name="channel",
                            ),
                        ),
                        ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                        ("custom", models.JSONField(blank=True, default=dict)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("activity_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("waiting_since", models.DateTimeField(blank=True, null=True)),
                        ("solved_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("snoozed_until", models.DateTimeField(blank=True, null=True)),
                        ("excerpt", models.CharField(blank=True, max_length=200)),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assigned",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="tickets",
                                to="customers.organization",
                            ),
                        ),
                        (
                            "requester",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tickets",
                                to="customers.customer",
                                verbose_name="requester",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tickets",
                                to="agents.team",
                            ),
                        ),
                        (
                            "tags",
                            models.ManyToManyField(
                                related_name="tickets", through="tickets.TicketTag", to="tickets.tag"
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged_here",
                                to="tickets.ticket",
                            ),
                        ),
                        ("next_due_at", models.DateTimeField(blank=True, null=True)),
                        ("sla_state", models.CharField(blank=True, max_length=10)),
                        ("escalated_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "ticket",
                        "verbose_name_plural": "tickets",
                        "indexes": [
                            models.Index(fields=["activity_at", "id"], name="ticket_by_activity"),
                            models.Index(fields=["status", "activity_at", "id"], name="ticket_by_status"),
                            models.Index(
                                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                                fields=["activity_at", "id"],
                                name="ticket_open",
                            ),
                            models.Index(
                                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                                fields=["team", "activity_at", "id"],
                                name="ticket_open_team",
                            ),
                            models.Index(
                                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                                fields=["assignee", "activity_at", "id"],
                                name="ticket_open_assignee",
                            ),
                            models.Index(fields=["team", "activity_at", "id"], name="ticket_by_team"),
                            models.Index(fields=["assignee", "activity_at", "id"], name="ticket_by_assignee"),
                            models.Index(fields=["requester", "activity_at", "id"], name="ticket_by_requester"),
                            models.Index(
                                condition=models.Q(("status", "solved")), fields=["solved_at"], name="ticket_to_close"
                            ),
                            models.Index(
                                condition=models.Q(("snoozed_until__isnull", False)),
                                fields=["snoozed_until"],
                                name="ticket_to_wake",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("assignee", None), ("status__in", ("new", "open", "pending", "on_hold"))
                                ),
                                fields=["activity_at", "id"],
                                name="ticket_unassigned",
                            ),
                            models.Index(
                                condition=models.Q(("team", None)),
                                fields=["activity_at", "id"],
                                name="ticket_without_team",
                            ),
                            models.Index(
                                condition=models.Q(("merged_into__isnull", False)),
                                fields=["merged_into"],
                                name="ticket_merged",
                            ),
                            models.Index(fields=["created_at", "id"], name="ticket_by_created"),
                            models.Index(
                                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                                fields=["priority", "id"],
                                name="ticket_open_priority",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("escalated_at__isnull", False),
                                    ("status__in", ("new", "open", "pending", "on_hold")),
                                ),
                                fields=["escalated_at", "id"],
                                name="ticket_open_escalated",
                            ),
                            models.Index(
                                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                                fields=["team", "assignee", "status", "waiting_since"],
                                name="ticket_open_load",
                            ),
                            models.Index(
                                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                                fields=["waiting_since", "id"],
                                include=("team", "assignee", "snoozed_until"),
                                name="ticket_open_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                                fields=["next_due_at", "id"],
                                include=("team", "assignee"),
                                name="ticket_open_due",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Change",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("actor_kind", models.CharField(max_length=10)),
                        ("actor_id", models.BigIntegerField(blank=True, null=True)),
                        ("actor_name", models.CharField(max_length=160)),
                        ("via", models.CharField(max_length=20)),
                        ("version", models.PositiveIntegerField()),
                        ("gesture", models.CharField(blank=True, max_length=64, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "root",
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
                                related_name="changes",
                                to="tickets.ticket",
                            ),
                        ),
                        ("place", models.BigIntegerField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["ticket", "id"], name="change_in_ticket"),
                            models.Index(
                                condition=models.Q(("place__isnull", False)), fields=["place"], name="change_by_place"
                            ),
                            models.Index(
                                condition=models.Q(("place", None)), fields=["id"], name="change_without_place"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("gesture__isnull", False)),
                                fields=("actor_kind", "actor_id", "gesture"),
                                name="gesture_done_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=30)),
                        ("data", models.JSONField(default=dict)),
                        (
                            "change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="events", to="tickets.change"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("public", models.BooleanField(default=True)),
                        (
                            "author_kind",
                            models.CharField(
                                choices=[("agent", "Agent"), ("customer", "Customer"), ("system", "System")],
                                max_length=10,
                            ),
                        ),
                        ("author_name", models.CharField(max_length=160)),
                        ("text", models.TextField(blank=True)),
                        ("html", models.TextField(blank=True)),
                        ("quoted_text", models.TextField(blank=True)),
                        ("quoted_html", models.TextField(blank=True)),
                        ("signature", models.TextField(blank=True)),
                        ("from_address", models.CharField(blank=True, max_length=254)),
                        ("sender_verified", models.BooleanField(blank=True, null=True)),
                        ("to", models.JSONField(blank=True, default=list)),
                        ("cc", models.JSONField(blank=True, default=list)),
                        ("warnings", models.JSONField(blank=True, default=list)),
                        ("deliver_after", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("redacted_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "agent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "said_in",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="tickets.change",
                            ),
                        ),
                        ("external_id", models.CharField(blank=True, default="", max_length=200)),
                        (
                            "filed_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("filed_by_name", models.CharField(blank=True, default="", max_length=160)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["ticket", "id"], name="message_in_ticket"),
                            models.Index(
                                condition=models.Q(("said_in__isnull", False)),
                                fields=["ticket", "said_in"],
                                name="message_carried",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("filed_by__isnull", False)),
                                fields=("filed_by", "external_id"),
                                name="message_filed_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Follower",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="followed",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="followers",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("agent", "ticket"), name="follows_once")],
                    },
                ),
                migrations.CreateModel(
                    name="TicketLink",
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
                                    ("related", "Related"),
                                    ("parent", "Parent of"),
                                    ("duplicate", "Duplicate of"),
                                    ("follow_up", "Follow-up of"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links_from",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links_to",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "target", "kind"), name="linked_once_per_kind"),
                            models.CheckConstraint(
                                condition=models.Q(("source", models.F("target")), _negated=True),
                                name="not_linked_to_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TicketTag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "tag",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="ticket_tags",
                                to="tickets.tag",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="ticket_tags",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("ticket", "tag"), name="tagged_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(default=tickets.models.attachment.new_key, max_length=40, unique=True),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("content_type", models.CharField(max_length=120)),
                        ("content_id", models.CharField(blank=True, max_length=250)),
                        ("inline", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "blob",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="tickets.blob",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="tickets.message",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("message", None)), fields=["created_at"], name="attachment_unsent"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutboxEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reaction", models.CharField(max_length=120)),
                        (
                            "state",
                            models.CharField(
                                choices=[("owed", "Owed"), ("done", "Done"), ("dead", "Dead")],
                                default="owed",
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("last_error", models.TextField(blank=True)),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="outbox", to="tickets.change"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "owed")), fields=["due_at", "id"], name="outbox_owed"
                            ),
                            models.Index(
                                condition=models.Q(("state", "done")), fields=["done_at"], name="outbox_to_prune"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("change", "reaction"), name="owed_once_per_reaction")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Participant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="participations",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="participants",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("customer", "ticket"), name="takes_part_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Merge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("inverse", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "source",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="merges_away",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "source_change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="merges_in",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "target_change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["target"], name="merges_into_ticket")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("undone_at", None)), fields=("source",), name="merged_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Split",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("inverse", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "made",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="split_from",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "made_change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"
                            ),
                        ),
                        (
                            "origin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="splits", to="tickets.ticket"
                            ),
                        ),
                        (
                            "origin_change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.change"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="TimeEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("minutes", models.PositiveIntegerField()),
                        ("note", models.CharField(blank=True, max_length=200)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="time_entries",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CannedText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=120)),
                        ("shortcut", models.CharField(blank=True, max_length=40)),
                        ("body", models.TextField()),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                                name="canned_own_or_team",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(default="reply", max_length=10)),
                        ("body", models.TextField(blank=True)),
                        ("to", models.CharField(blank=True, max_length=4000)),
                        ("cc", models.CharField(blank=True, max_length=8000)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "attachments",
                            models.ManyToManyField(blank=True, related_name="drafts", to="tickets.attachment"),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="tickets.ticket"
                            ),
                        ),
                        ("macro", models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("agent", "ticket"), name="draft_once")],
                    },
                ),
                migrations.CreateModel(
                    name="ScheduledReply",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("body", models.TextField(blank=True)),
                        ("to", models.JSONField(blank=True, default=list)),
                        ("cc", models.JSONField(blank=True, default=list)),
                        ("status", models.CharField(blank=True, max_length=20)),
                        ("send_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "Waiting"), ("held", "Held"), ("sent", "Sent")],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("after_message", models.BigIntegerField(default=0)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("gesture", models.CharField(blank=True, max_length=64, null=True)),
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
                            "attachments",
                            models.ManyToManyField(blank=True, related_name="scheduled", to="tickets.attachment"),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scheduled_replies",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")), fields=["send_at"], name="scheduled_due"
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ("waiting", "held"))),
                                fields=["ticket", "agent"],
                                name="scheduled_on_ticket",
                            ),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("agent", "gesture"), name="scheduled_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SearchDebt",
                    fields=[
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SearchDocument",
                    fields=[
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="search_document",
                                serialize=False,
                                to="tickets.ticket",
                            ),
                        ),
                        ("vector", django.contrib.postgres.search.SearchVectorField()),
                    ],
                ),
                migrations.CreateModel(
                    name="SearchProgress",
                    fields=[
                        (
                            "name",
                            models.CharField(
                                choices=[("backfill", "Backfill"), ("people", "People")],
                                max_length=20,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("position", models.BigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="ListLook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("view", models.CharField(blank=True, max_length=20)),
                        ("sort", models.CharField(blank=True, max_length=20)),
                        ("columns", models.JSONField(blank=True, default=list)),
                        ("compact", models.BooleanField(default=False)),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="list_looks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("agent", "view"), name="one_look_at_each_view")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to="agents.team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "saved view",
                        "verbose_name_plural": "saved views",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("sharing", "team"), ("team__isnull", False)),
                                    models.Q(models.Q(("sharing", "team"), _negated=True), ("team", None)),
                                    _connector="OR",
                                ),
                                name="a_team_when_shared_with_one",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Presence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "doing",
                            models.CharField(
                                choices=[
                                    ("viewing", "Viewing"),
                                    ("replying", "Replying"),
                                    ("noting", "Writing a note"),
                                    ("gone", "Gone"),
                                ],
                                default="viewing",
                                max_length=10,
                            ),
                        ),
                        ("heard_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="present", to="tickets.ticket"
                            ),
                        ),
                        ("page", models.CharField(default="", max_length=32)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["changed_at"], name="presence_changed")],
                        "constraints": [
                            models.UniqueConstraint(fields=("agent", "ticket", "page"), name="present_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TicketRead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("last_message", models.BigIntegerField(default=0)),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="reads", to="tickets.ticket"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("agent", "ticket"), name="read_once")],
                    },
                ),
                migrations.CreateModel(
                    name="BulkJob",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Not started"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("cancelled", "Stopped"),
                                ],
                                default="running",
                                max_length=10,
                            ),
                        ),
                        ("steps", models.JSONField(default=list)),
                        ("came_from", models.TextField(blank=True)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "undoes",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="undone_by",
                                to="tickets.bulkjob",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(condition=models.Q(("state", "running")), fields=["id"], name="bulk_running"),
                            models.Index(fields=["created_at"], name="bulk_made"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BulkItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ticket", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("done", "Done"),
                                    ("refused", "Refused"),
                                    ("cancelled", "Stopped"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("steps", models.JSONField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(blank=True, null=True)),
                        ("change", models.BigIntegerField(blank=True, null=True)),
                        ("code", models.CharField(blank=True, max_length=40)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        (
                            "job",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="tickets.bulkjob",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["job", "ticket"],
                                name="bulk_item_waiting",
                            )
                        ],
                        "constraints": [models.UniqueConstraint(fields=("job", "ticket"), name="bulk_item_once")],
                    },
                ),
                migrations.CreateModel(
                    name="FeedEnd",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place", models.BigIntegerField(default=0)),
                    ],
                ),
            ],
        ),
        migrations.RunPython(index_custom_fields, drop_custom_fields),
        migrations.RunPython(make_search, drop_search),
    ]
