from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.migrating import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("agents", "0005_agent_stand_in"),
        ("customers", "0006_history"),
        ("tickets", "0014_presence_of_each_page"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                fields=["team", "assignee", "status", "waiting_since"],
                name="ticket_open_load",
            ),
        ),
    ]
