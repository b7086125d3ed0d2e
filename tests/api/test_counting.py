"""A total is asked for by strangers, so counting ends in time; the connection goes on as before."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from rest_framework.request import Request

from agents.models import Agent
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.rest import counting, paging
from tests.factories import make_agent

SLOW = {
    "postgresql": "(SELECT 1 FROM pg_sleep(60)) = 1",
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n) > 0",
}


def asking(count):
    return Request(RequestFactory().get("/", {"count": count}))


def asked(count, rows):
    return paging.page(asking(count), rows, lambda found: [row.pk for row in found])


@pytest.mark.django_db(transaction=True)
def test_a_count_that_takes_too_long_is_refused(monkeypatch):
    """K04: neither way of counting holds the database, inside a transaction or alone."""
    make_agent("Ana")
    monkeypatch.setattr(counting.count_in_time, "__defaults__", (0.05,))
    slow = Agent.objects.extra(where=[SLOW[connection.vendor]])

    for count in ("exact", "capped"):
        for around in (nullcontext, transaction.atomic):
            with pytest.raises(HelpdeskError) as refused, around():
                paging.counted(asking(count), slow)
            assert (refused.value.code, refused.value.field, refused.value.status) == ("count_too_long", "count", 422)
            assert "count=capped" in str(refused.value)

    monkeypatch.undo()
    assert asked("exact", Agent.objects.all()).data["count"] == 1
    assert _limit() == "0"


def _limit():
    if connection.vendor != "postgresql":
        return "0"
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_both_ways_of_counting(monkeypatch):
    for name in ("Ana", "Bo", "Cy"):
        make_agent(name)
    monkeypatch.setattr(paging, "CAP", 2)
    everybody = Agent.objects.all()

    exact, capped = asked("exact", everybody), asked("capped", everybody)

    assert (exact.data["count"], exact.data["count_is_capped"]) == (3, False)
    assert (capped.data["count"], capped.data["count_is_capped"]) == (2, True)
    assert _limit() == "0"
