"""The event feed: everything that happened, in the order of commits, for systems that mirror the house."""

from __future__ import annotations

import threading
import time
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agents.actors import Actor
from agents.api.door import Door
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.rest.documenting import example_of, number, operation, text
from helpdesk.lib.rest.shapes import expect_parameters, whole_number
from tickets.api.shapes import EventShape
from tickets.feed import catch_up
from tickets.models import Change, Ticket
from tickets.told_events import tell_events

LIMIT, MOST, LONGEST_WAIT = 100, 200, 30
# So many changes are looked at for each page, also for somebody who sees few of them: its cost is bounded.
WINDOW = 1000
LOOK_SECONDS = 0.5


class _Seats:
    """Requests that wait hold a thread each; without a free seat one is answered at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = 0

    def take(self) -> bool:
        with self._lock:
            free = self._taken < settings.API_WAITERS
            self._taken += free
            return free

    def leave(self) -> None:
        with self._lock:
            self._taken -= 1


seats = _Seats()


class FeedPage(serializers.Serializer[Any]):
    """Events in the order of commits. Ask again with `after` = `next`; at once while `more` is true."""

    items = EventShape(many=True)
    next = serializers.CharField()
    more = serializers.BooleanField()

    EXAMPLE = {"items": [example_of(EventShape)], "next": "4712", "more": False}


class Feed(Door):
    @operation(
        "Follow everything that happens",
        answers={200: FeedPage},
        parameters=[
            text("after", "`next` of the answer before; left out: from the beginning; `now`: from now on."),
            number("wait", "Wait up to so many seconds for news.", 0, LONGEST_WAIT),
            number("limit", "Changes of a page, usually 100.", 1, MOST),
        ],
        name="events_list",
    )
    def get(self, request: Request) -> Response:
        """No event is missed and none comes twice for one cursor, whoever writes at the same time. Events of tickets
        that the agent does not see now are left out, so mirror with an agent who sees all."""
        expect_parameters(request, ("after", "wait", "limit"))
        limit = whole_number(request, "limit", LIMIT, MOST, least=1)
        wait = whole_number(request, "wait", 0, LONGEST_WAIT)
        catch_up()
        after = _place(request.query_params.get("after", "0"))
        found = _look(self.actor, after, limit)
        if not found["items"] and not found["more"] and wait and seats.take():
            try:
                found = self._wait(found, limit, time.monotonic() + wait)
            finally:
                seats.leave()
        return Response(found)

    def _wait(self, found: dict[str, Any], limit: int, until: float) -> dict[str, Any]:
        while not found["items"] and time.monotonic() < until:
            time.sleep(min(LOOK_SECONDS, max(0.0, until - time.monotonic())))
            catch_up()
            found = _look(self.actor, int(found["next"]), limit)
        return found


def _place(given: str) -> int:
    if given == "now":
        return Change.objects.newest_place()
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise HelpdeskError("bad_cursor", _("This cursor was not made here."), field="after")
    return int(given)


def _look(actor: Actor, after: int, limit: int) -> dict[str, Any]:
    """The page after a place. `next` passes over what the actor does not see, so that nobody looks there twice."""
    rows = Change.objects.in_feed_after(after)
    window = list(rows.values_list("pk", "place")[: (limit if actor.sees_all_tickets else WINDOW) + 1])
    size = limit if actor.sees_all_tickets else WINDOW
    more, window = len(window) > size, window[:size]
    if not window:
        return {"items": [], "next": str(after), "more": False}
    shown = rows.filter(place__lte=cast(int, window[-1][1]))
    changes = list(shown.filter(ticket__in=Ticket.objects.visible_to(actor))[: limit + 1])
    if len(changes) > limit:
        changes, more, last = changes[:limit], True, changes[limit - 1].place
    else:
        last = window[-1][1]
    return {"items": tell_events(changes), "next": str(last), "more": more}
