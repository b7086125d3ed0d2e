"""All tables of customers at once, as 0001 to 0007 make them one after the other; a new install needs only this."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from helpdesk.lib.squashed import CreateTogether

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
    replaces = [
        ("customers", "0001_initial"),
        ("customers", "0002_sort_keys"),
        ("customers", "0003_fill_sort_keys"),
        ("customers", "0004_sort_key_indexes"),
        ("customers", "0005_compare_by_code_point"),
        ("customers", "0006_history"),
        ("customers", "0007_tiers"),
    ]

    initial = True

    dependencies = []

    operations = [
        CreateTogether(
            operations=[
                migrations.CreateModel(
                    name="Organization",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=160, verbose_name="name")),
                        (
                            "external_id",
                            models.CharField(
                                blank=True, max_length=120, null=True, unique=True, verbose_name="external id"
                            ),
                        ),
                        ("notes", models.TextField(blank=True, verbose_name="notes")),
                        ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                        ("time_zone", models.CharField(blank=True, max_length=64, verbose_name="time zone")),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("sort_name", models.CharField(default="", editable=False, max_length=160)),
                        ("tier", models.CharField(blank=True, max_length=40, null=True, verbose_name="tier")),
                    ],
                    options={
                        "verbose_name": "organisation",
                        "verbose_name_plural": "organisations",
                        "ordering": ("name", "pk"),
                        "indexes": [
                            models.Index(fields=["sort_name", "id"], name="organization_by_sort_name"),
                            models.Index(
                                condition=models.Q(("tier__isnull", False)),
                                fields=["tier"],
                                name="organization_by_tier",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Customer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="name")),
                        (
                            "external_id",
                            models.CharField(
                                blank=True, max_length=120, null=True, unique=True, verbose_name="external id"
                            ),
                        ),
                        ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                        ("time_zone", models.CharField(blank=True, max_length=64, verbose_name="time zone")),
                        ("notes", models.TextField(blank=True, verbose_name="notes")),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged_from",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="customers",
                                to="customers.organization",
                                verbose_name="organisation",
                            ),
                        ),
                        ("sort_family", models.CharField(default="", editable=False, max_length=160)),
                        ("sort_name", models.CharField(default="", editable=False, max_length=160)),
                    ],
                    options={
                        "verbose_name": "customer",
                        "verbose_name_plural": "customers",
                        "indexes": [
                            models.Index(fields=["sort_name", "id"], name="customer_by_sort_name"),
                            models.Index(fields=["sort_family", "id"], name="customer_by_sort_family"),
                            models.Index(fields=["organization", "sort_name", "id"], name="customer_in_organization"),
                            models.Index(
                                condition=models.Q(("merged_into__isnull", False)),
                                fields=["merged_into"],
                                name="customer_signpost",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrganizationDomain",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("domain", models.CharField(max_length=253, unique=True, verbose_name="mail domain")),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="domains",
                                to="customers.organization",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Address",
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
                                choices=[("email", "Email"), ("phone", "Telephone")], default="email", max_length=10
                            ),
                        ),
                        ("value", models.CharField(max_length=254, verbose_name="address")),
                        ("normalised", models.CharField(editable=False, max_length=254)),
                        ("is_primary", models.BooleanField(default=False, verbose_name="primary")),
                        ("bounced_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("bounce_reason", models.CharField(blank=True, editable=False, max_length=250)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="addresses",
                                to="customers.customer",
                            ),
                        ),
                        ("domain_key", models.CharField(default="", editable=False, max_length=255)),
                    ],
                    options={
                        "verbose_name": "address",
                        "verbose_name_plural": "addresses",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "normalised"), name="address_belongs_to_one_person"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_primary", True)),
                                fields=("customer", "kind"),
                                name="one_primary_of_a_kind",
                            ),
                        ],
                        "indexes": [models.Index(fields=["domain_key", "customer"], name="address_by_domain")],
                    },
                ),
                migrations.CreateModel(
                    name="CustomerChange",
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
                        ("kind", models.CharField(max_length=30)),
                        ("data", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="customers.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("customer__isnull", False)),
                                fields=["customer", "id"],
                                name="change_of_customer",
                            ),
                            models.Index(
                                condition=models.Q(("organization__isnull", False)),
                                fields=["organization", "id"],
                                name="change_of_organization",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CustomerMerge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("actor_name", models.CharField(max_length=160)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("followed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "loser",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="merge",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "winner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("followed_at__isnull", True)), fields=["id"], name="merge_to_follow"
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.RunPython(by_code_point, by_locale),
    ]
