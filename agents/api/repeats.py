"""Idempotency-Key: a write that is sent again is answered with what the first one was answered, and done once."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from agents.models import RepeatedRequest
from helpdesk.lib.claims import claim
from helpdesk.lib.errors import HelpdeskError

HEADER = "Idempotency-Key"
LONGEST = 255
KEPT_HEADERS = ("ETag", "Location")


class Running(HelpdeskError):
    """The first of the two is being done at this moment."""

    status = 409


def begin(request: Request, agent_id: int) -> RepeatedRequest | None:
    """The row of this request, whose `status` is set when it has been answered before; None without a key.

    The unique constraint lets one of many win. Raises Running, and HelpdeskError "bad_key" or "key_reused".
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST or not key.isprintable() or not key.isascii():
        raise HelpdeskError("bad_key", _("A key has 1 to 255 printable characters."), field=HEADER)
    digest, at = _digest(request), now()
    try:
        with transaction.atomic():
            return RepeatedRequest.objects.create(agent_id=agent_id, key=key, digest=digest, begun_at=at)
    except IntegrityError:
        pass
    row = RepeatedRequest.objects.filter(agent_id=agent_id, key=key).first()
    if row is None:  # refused and forgotten in between: whoever asks again is the first
        raise running()
    mine = RepeatedRequest.objects.filter(pk=row.pk, begun_at=row.begun_at)
    if row.begun_at < at - RepeatedRequest.KEPT_FOR:
        mine.delete()  # a new row is a new gesture: what was done a day ago is done again
        return begin(request, agent_id)
    if row.digest != digest:
        raise HelpdeskError("key_reused", _("This key was sent with another request."), field=HEADER)
    if row.status is None:
        # It failed, or its process died. What it did is not done twice: the gesture of the row names its Change, and
        # what has no gesture committed together with its answer, so that without an answer nothing was done.
        if row.begun_at < at - RepeatedRequest.LEASE and claim(mine.filter(status=None), begun_at=at):
            return RepeatedRequest.objects.get(pk=row.pk)
        raise running()
    return row


def running() -> Running:
    return Running("running", _("The same request is being done; ask again in a moment."))


def end(row: RepeatedRequest, response: Response) -> bool:
    """Keep what was done; False when the row is somebody else's since, as after its lease. After a refusal nothing was
    done, so the same key may be tried again. After a failure nobody knows: the row stays, so that a retry has its
    gesture, and is free at once. An answer that holds a secret says in `kept` what of it may be written down."""
    mine = RepeatedRequest.objects.filter(pk=row.pk, begun_at=row.begun_at)
    if response.status_code >= 500:
        return mine.update(begun_at=row.begun_at - RepeatedRequest.LEASE - timedelta(seconds=1)) == 1
    if not 200 <= response.status_code < 300:
        return mine.delete()[0] == 1
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    response.render()
    kept = getattr(response, "kept", None)
    body = response.content.decode() if kept is None else json.dumps(kept, cls=JSONEncoder)
    return mine.update(status=response.status_code, body=body, headers=headers) == 1


def again(row: RepeatedRequest) -> HttpResponse:
    """The answer as it was given the first time."""
    headers = {**row.headers, "Idempotent-Replayed": "true"}
    return HttpResponse(row.body, status=row.status, headers=headers, content_type="application/json")


def gesture(row: RepeatedRequest | None) -> str | None:
    """Names what the request does, for perform() and open_ticket(): done once even if the answer was lost."""
    return f"key:{row.pk}:{row.digest[:32]}" if row else None


def _digest(request: Request) -> str:
    told: Any = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type.startswith("multipart/"):
        # The boundary differs each time, so what counts are the fields and files in it.
        for name, value in sorted(request.POST.items()):
            told.update(f"{name}={value}\n".encode())
        for name, file in sorted(request.FILES.items()):
            told.update(f"{name}:{file.name}\n".encode())
            for chunk in file.chunks():
                told.update(chunk)
            file.seek(0)
    else:
        told.update(request.body)
    return str(told.hexdigest())
