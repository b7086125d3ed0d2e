"""Writes into every fact and span to which organisation its ticket belongs.

The migration does it rather than the keepers, so that pages of organisations are right from the first start of the new
code on: it reads one column of each ticket, where telling a ticket anew reads its whole past. It goes from ticket to
ticket in small transactions of their own, beside a house at work. Only rows that lack their organisation are written,
so one that was killed passes quickly over what it did.
"""

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.db.transaction import atomic

# Tickets whose facts are written together. They are counted, not reckoned from their numbers, which may lie far apart.
PART = 1000


def fill(apps, schema_editor):
    using = schema_editor.connection.alias
    tickets = apps.get_model("tickets", "Ticket").objects.using(using)
    of_ticket = Subquery(tickets.filter(pk=OuterRef("ticket")).values("organization")[:1])
    last = 0
    while keys := list(tickets.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PART]):
        first, last = keys[0], keys[-1]
        for name in ("Fact", "Span"):
            rows = apps.get_model("reports", name).objects.using(using)
            some = rows.filter(ticket__gte=first, ticket__lte=last)
            with atomic(using):
                some.filter(organization=None, ticket__organization__isnull=False).update(organization=of_ticket)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("reports", "0009_facts_know_the_organisation"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
