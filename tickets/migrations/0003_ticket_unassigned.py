"""The list of what nobody has taken, which every team opens all day, gets an index that is already in its order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_custom_fields_index")]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("assignee", None), ("status__in", ("new", "open", "pending", "on_hold"))),
                fields=["activity_at", "id"],
                name="ticket_unassigned",
            ),
        ),
    ]
