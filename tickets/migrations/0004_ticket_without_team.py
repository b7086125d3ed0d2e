"""Tickets without a team are a branch of what every agent sees; their index gives them in the order of lists."""

from django.db import migrations, models

from helpdesk.lib.migrating import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0003_ticket_unassigned")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("team", None)), fields=["activity_at", "id"], name="ticket_without_team"
            ),
        ),
    ]
