"""Find clocks that go on without passing all that ended."""

from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.migrating import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("sla", "0008_causes_from_the_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="slaclock",
            index=models.Index(
                fields=["state", "id"],
                name="clock_going_on",
                condition=models.Q(("state__in", ["running", "paused", "breached_open"])),
            ),
        ),
    ]
