"""Counts per day are found by their measure alone; a rebuild holds a lease."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_facts")]

    operations = [
        migrations.RemoveField(model_name="daycount", name="kind"),
        migrations.RemoveField(model_name="keeper", name="rebuilt_at"),
        migrations.AddField(model_name="keeper", name="rebuilding_until", field=models.DateTimeField(null=True)),
    ]
