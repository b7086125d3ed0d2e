"""What was done to customers and organisations, and merges that are to be followed."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_compare_by_code_point")]

    operations = [
        migrations.CreateModel(
            name="CustomerChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("actor_name", models.CharField(max_length=160)),
                ("kind", models.CharField(max_length=30)),
                ("data", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="CustomerMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor_name", models.CharField(max_length=160)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("followed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="customerchange",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="customerchange",
            name="organization",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="customers.organization",
            ),
        ),
        migrations.AddField(
            model_name="customermerge",
            name="loser",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="merge", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="customermerge",
            name="winner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
            ),
        ),
        migrations.AddIndex(
            model_name="customerchange",
            index=models.Index(
                condition=models.Q(("customer__isnull", False)), fields=["customer", "id"], name="change_of_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="customerchange",
            index=models.Index(
                condition=models.Q(("organization__isnull", False)),
                fields=["organization", "id"],
                name="change_of_organization",
            ),
        ),
        migrations.AddIndex(
            model_name="customermerge",
            index=models.Index(
                condition=models.Q(("followed_at__isnull", True)), fields=["id"], name="merge_to_follow"
            ),
        ),
    ]
