"""Tells the figures of the demo's past at once, so that every dashboard is full when the first reader comes."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from django.db.models import Max

from reports.models import Stale


def tell_figures() -> None:
    """One pass over all tickets; what was noted before it for the keeper is done with it."""
    noted = Stale.objects.aggregate(last=Max("pk"))["last"]
    call_command("rebuild_reports", processes=1, stdout=StringIO())
    if noted:
        Stale.objects.filter(pk__lte=noted).delete()
