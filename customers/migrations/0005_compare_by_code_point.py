"""On PostgreSQL the keys are compared by code point, as on SQLite."""

from django.db import migrations

# A search by beginning is a range; a range over text follows the collation, and only in "C" do all that begin alike
# stand together. SQLite compares by code point already.
COLUMNS = [
    ("customers_customer", "sort_name", 160),
    ("customers_customer", "sort_family", 160),
    ("customers_organization", "sort_name", 160),
    ("customers_address", "normalised", 254),
    ("customers_address", "domain_key", 255),
]


def _collate(schema_editor, collation):
    if schema_editor.connection.vendor == "postgresql":
        for table, column, length in COLUMNS:
            schema_editor.execute(
                f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar({length}) COLLATE {collation}"
            )


def by_code_point(apps, schema_editor):
    _collate(schema_editor, '"C"')


def by_locale(apps, schema_editor):
    _collate(schema_editor, '"default"')


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_sort_key_indexes")]

    operations = [
        migrations.RunPython(by_code_point, by_locale),
    ]
