"""Columns by which people and organisations are sorted and found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="address",
            name="domain_key",
            field=models.CharField(default="", editable=False, max_length=255),
        ),
        migrations.AddField(
            model_name="customer",
            name="sort_family",
            field=models.CharField(default="", editable=False, max_length=160),
        ),
        migrations.AddField(
            model_name="customer",
            name="sort_name",
            field=models.CharField(default="", editable=False, max_length=160),
        ),
        migrations.AddField(
            model_name="organization",
            name="sort_name",
            field=models.CharField(default="", editable=False, max_length=160),
        ),
    ]
