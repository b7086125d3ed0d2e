"""Names the Changes of bulk undoings by what they took back, as they are named from now on.

A gesture is a key and no fact: figures know by it that a bulk edit was undone, also when its jobs are forgotten. Of
undoings whose jobs are forgotten already nothing says what they took back; these stay as they are. In small portions of
their own transactions, beside a house at work; what is named already is passed over, so one that was killed goes on.
"""

from django.db import migrations
from django.db.transaction import atomic

# Changes that are named together.
PART = 500


def name_undoings(apps, schema_editor):
    using = schema_editor.connection.alias
    jobs = apps.get_model("tickets", "BulkJob").objects.using(using)
    items = apps.get_model("tickets", "BulkItem").objects.using(using)
    for job, undoes in jobs.filter(undoes__isnull=False).order_by("pk").values_list("pk", "undoes_id"):
        # Rides bulk_item_once.
        rows = items.filter(job=job, change__isnull=False).order_by("ticket").values_list("change", flat=True)
        changes = list(rows)
        for start in range(0, len(changes), PART):
            name_some(apps, using, changes[start : start + PART], f"bulk-{job}-", f"undo-{undoes}-")


def name_some(apps, using, keys, before, after):
    rows = apps.get_model("tickets", "Change").objects.using(using)
    with atomic(using):
        found = list(rows.filter(pk__in=keys, via="bulk", gesture__startswith=before).order_by("pk"))
        for change in found:
            change.gesture = after + change.gesture[len(before) :]
        # Names are unique for each actor, and a program may have chosen such a name for something else.
        wanted = {change.gesture for change in found}
        actors = {change.actor_id for change in found}
        kinds = {change.actor_kind for change in found}
        taken = rows.filter(actor_kind__in=kinds, actor_id__in=actors, gesture__in=wanted)
        taken = set(taken.values_list("actor_kind", "actor_id", "gesture"))
        free = [change for change in found if (change.actor_kind, change.actor_id, change.gesture) not in taken]
        rows.bulk_update(free, ["gesture"])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("tickets", "0021_canned_version"),
    ]

    operations = [
        migrations.RunPython(name_undoings, migrations.RunPython.noop, elidable=True),
    ]
