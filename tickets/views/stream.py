"""The stream that an open page listens to: server-sent events on an ordinary thread, as many as there are slots."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from agents.actors import Actor
from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import number_in
from tickets.live import hub, listen, missed

SLOTS = threading.BoundedSemaphore(max(1, settings.SSE_MAX))


class Stream:
    """An object, not a generator: `close()` gives the slot back even when nobody ever read the first byte."""

    def __init__(self, actor: Actor, after: int | None) -> None:
        self._open = True
        try:
            number = hub.join()
        except BaseException:
            SLOTS.release()
            raise
        try:
            self._events = listen(actor, number, missed(actor, after))
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[str]:
        return self._events

    def close(self) -> None:
        if self._open:
            self._open = False
            hub.leave()
            SLOTS.release()


@require_GET  # HEAD writes nothing, so the server would not notice that its client has gone
@signed_in
def events(request: AgentRequest) -> HttpResponseBase:
    """204 when there is no slot: the browser then stops asking, and the page polls instead."""
    actor = request.actor
    if not actor.can(Permission.READ) or settings.SSE_MAX < 1 or not SLOTS.acquire(blocking=False):
        return HttpResponse(status=204)
    stream = Stream(actor, _after(request))
    # A stream lives for minutes: it must not sit on a database connection meanwhile.
    connection.close()
    answered = StreamingHttpResponse(stream, content_type="text/event-stream")
    answered["Cache-Control"], answered["X-Accel-Buffering"] = "no-cache, no-store", "no"
    return answered


def _after(request: AgentRequest) -> int | None:
    return number_in(request.headers.get("Last-Event-ID") or request.GET.get("after"))
