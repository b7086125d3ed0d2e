"""The list of what nobody has taken, which every team opens all day, gets an index that is already in its order."""

from django.db import migrations, models

from helpdesk.lib.migrating import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0002_custom_fields_index")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("assignee", None), ("status__in", ("new", "open", "pending", "on_hold"))),
                fields=["activity_at", "id"],
                name="ticket_unassigned",
            ),
        ),
    ]
