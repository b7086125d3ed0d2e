"""Search: documents with a GIN index on PostgreSQL, an FTS5 table on SQLite, and the rows that keep both complete.

What is in the house already is indexed afterwards, in batches (tickets/search/upkeep.py).
"""

import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

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


def create(apps, schema_editor):
    for statement in {"postgresql": POSTGRES, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE IF EXISTS tickets_search_words")
        schema_editor.execute("DROP TABLE IF EXISTS tickets_search")


def to_ticket(name):
    return models.OneToOneField(
        on_delete=django.db.models.deletion.CASCADE,
        primary_key=True,
        related_name=name,
        serialize=False,
        to="tickets.ticket",
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_drafts_canned_scheduled")]

    operations = [
        migrations.CreateModel(name="SearchDebt", fields=[("ticket", to_ticket("+"))]),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("ticket", to_ticket("search_document")),
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
        migrations.RunPython(create, drop),
    ]
