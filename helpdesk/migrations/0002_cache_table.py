from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    # Made on every install, also with Redis: throttles move to it on the day that REDIS_URL is taken away.
    call_command("createcachetable", "cache_entries", database=schema_editor.connection.alias, verbosity=0)


def drop_table(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS cache_entries")


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0001_heartbeat")]

    operations = [migrations.RunPython(make_table, drop_table)]
