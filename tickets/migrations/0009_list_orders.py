"""Lists may be read in other orders than that of activity; each order rides an index of its own."""

from django.db import migrations, models

from helpdesk.lib.migrating import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0008_saved_views")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(fields=["created_at", "id"], name="ticket_by_created"),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                fields=["priority", "id"],
                name="ticket_open_priority",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                fields=["waiting_since", "id"],
                name="ticket_open_waiting",
            ),
        ),
    ]
