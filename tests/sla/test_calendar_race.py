"""Two who change one calendar at the same moment; PostgreSQL only. Fails when the lock of next_version is taken out."""

from __future__ import annotations

import pytest
from django.db import connection  # noqa: F401  named in the condition below

from agents.actors import Actor
from agents.permissions import Role
from helpdesk.lib.errors import Stale
from sla.models import Calendar, CalendarVersion
from sla.opening_hours import OpeningHours, make_calendar, next_version
from tests.factories import make_agent
from tests.test_concurrency import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="threads need PostgreSQL"),
]


def until(closes: int) -> OpeningHours:
    return OpeningHours("Europe/Copenhagen", [[[540, closes]]] * 5 + [[], []])


def test_of_two_who_save_at_the_same_moment_one_is_told_and_nothing_is_lost():
    otto = Actor.agent(make_agent("Otto", role=Role.OPS_MANAGER))
    calendar = make_calendar(otto, "Support", until(1020))

    results = together(
        lambda: next_version(otto, calendar, until(900), seen=1),
        lambda: next_version(otto, calendar, until(960), seen=1),
    )

    assert sorted(type(result).__name__ for result in results) == ["CalendarVersion", "Stale"]
    assert next(result for result in results if isinstance(result, Stale)).code == "stale_calendar"
    assert list(CalendarVersion.objects.filter(calendar=calendar).values_list("number", flat=True)) == [1, 2]
    assert Calendar.objects.count() == 1
