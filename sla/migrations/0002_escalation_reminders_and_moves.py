import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0001_initial"),
        ("tickets", "0014_presence_of_each_page"),
    ]

    operations = [
        migrations.AddField(
            model_name="escalation",
            name="closed_cause",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="escalation",
            name="max_repeats",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="escalation",
            name="repeat_every",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="escalation",
            name="moved_from",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.ticket",
            ),
        ),
    ]
