"""Lists and searches ride these; the family of a signpost and the primary address get theirs."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_fill_sort_keys")]

    operations = [
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_by_name",
        ),
        migrations.RemoveIndex(
            model_name="organization",
            name="organization_by_name",
        ),
        migrations.AlterField(
            model_name="customer",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_from",
                to="customers.customer",
            ),
        ),
        migrations.AlterField(
            model_name="customer",
            name="organization",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="customers",
                to="customers.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(fields=["domain_key", "customer"], name="address_by_domain"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["sort_name", "id"], name="customer_by_sort_name"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["sort_family", "id"], name="customer_by_sort_family"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["organization", "sort_name", "id"], name="customer_in_organization"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="customer_signpost"
            ),
        ),
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(fields=["sort_name", "id"], name="organization_by_sort_name"),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_primary", True)), fields=("customer", "kind"), name="one_primary_of_a_kind"
            ),
        ),
    ]
