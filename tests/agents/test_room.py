"""Of several who make the last thing that there is room for, one does: real threads on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection  # noqa: F401 - named in the condition of skipif
from django.utils.timezone import now

from agents.actors import Actor
from agents.permissions import Role
from automation.macros import keeping
from automation.macros.keeping import save_macro
from helpdesk.lib.errors import HelpdeskError
from reports import scheduling as reports_scheduling
from reports.models import ReportSchedule
from reports.scheduling import save_schedule
from tests.factories import make_agent, make_ticket
from tests.test_concurrency import together
from tickets import custom_fields, saved_views, scheduling
from tickets.custom_fields import add_field
from tickets.saved_views import save_view
from tickets.scheduling import schedule_reply

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="threads need PostgreSQL"),
]


def test_several_at_once_find_room_for_one(monkeypatch):
    ida = make_agent("Ida", role=Role.ADMIN)
    by, ticket, later = Actor.agent(ida), make_ticket(), now() + timedelta(hours=1)
    macro = {"name": "A", "description": "", "body": "Hi", "kind": "note", "active": True, "shared": False}
    view = {"name": "A", "text": "is:open"}
    planned = {"name": "A", "page": "overview", "query": "range=7d", "every": "day", "hour": 13, "format": "xlsx"}
    for module, name in (
        (custom_fields, "MOST_FIELDS"),
        (saved_views, "MOST"),
        (scheduling, "MOST_WAITING"),
        (reports_scheduling, "MOST"),
        (keeping, "MOST_OWN"),
    ):
        monkeypatch.setattr(module, name, 1)
    makers = {
        "too_many_fields": lambda n: add_field(by, key=f"key_{n}", kind="text", label=f"Field {n}"),
        "too_many_views": lambda n: save_view(by, view),
        "too_many_planned": lambda n: schedule_reply(ticket, by, body="Hi", send_at=later),
        "too_many": lambda n: save_schedule(by, ReportSchedule(), [ida], **planned),
        "too_many_macros": lambda n: save_macro(by, {**macro, "team_id": None, "steps": []}),
    }

    for code, make in makers.items():
        made = together(*[lambda n=n, make=make: make(n) for n in range(4)])

        refused = [getattr(one, "code", one) for one in made if isinstance(one, Exception)]
        assert refused == [code] * 3, (code, made)
        assert sum(not isinstance(one, HelpdeskError) for one in made) == 1
