"""Words are filed once, made sure while the house works on; where 0018 did so already it stays."""

from django.db import migrations, models

from helpdesk.lib.migrating import AddUniqueConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0019b_index_places")]

    operations = [
        AddUniqueConcurrently(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(("filed_by__isnull", False)),
                fields=("filed_by", "external_id"),
                name="message_filed_once",
            ),
        ),
    ]
