"""Pages of the API: keyset cursors behind one opaque `cursor`, no total unless it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.keyset import paginate
from helpdesk.lib.rest.counting import count_in_time
from helpdesk.lib.rest.shapes import whole_number

PARAMETERS = ("limit", "cursor", "count")
LIMIT, MOST = 50, 200
CAP = 10_000
_ON, _BACK = "n.", "p."


def page(
    request: Request,
    queryset: models.QuerySet[Any],
    show: Callable[[Sequence[Any]], list[Any]],
    *,
    by: str = "id",
    ascending: bool = True,
) -> Response:
    """One page of `queryset` as `show` draws its rows, with the cursors and links of the pages beside it."""
    limit = whole_number(request, "limit", LIMIT, MOST, least=1)
    older, newer = _place(request.query_params.get("cursor"))
    found = paginate(queryset, by=by, limit=limit, older=older, newer=newer, ascending=ascending)
    onward = _ON + found.older if found.older else None
    back = _BACK + found.newer if found.newer else None
    body: dict[str, Any] = {"items": show(found.rows), "next": onward, "previous": back}
    body |= counted(request, queryset)
    links = [_link(request, cursor, rel) for cursor, rel in ((onward, "next"), (back, "prev")) if cursor]
    return Response(body, headers={"Link": ", ".join(links)} if links else None)


def _place(cursor: str | None) -> tuple[str | None, str | None]:
    if not cursor:
        return None, None
    if cursor.startswith(_ON):
        return cursor[len(_ON) :], None
    if cursor.startswith(_BACK):
        return None, cursor[len(_BACK) :]
    raise HelpdeskError("bad_cursor", _("This page link is not valid any more."), field="cursor")


def counted(request: Request, queryset: models.QuerySet[Any]) -> dict[str, Any]:
    """`exact` walks everything and `capped` stops at CAP; both for as long as counting may take."""
    asked = request.query_params.get("count")
    if asked is None:
        return {}
    if asked == "exact":
        return {"count": count_in_time(queryset.order_by()), "count_is_capped": False}
    if asked == "capped":
        found = count_in_time(queryset.order_by().values("pk")[: CAP + 1])
        return {"count": min(found, CAP), "count_is_capped": found > CAP}
    raise HelpdeskError("bad_count", _("Count “exact” or “capped”."), field="count")


def _link(request: Request, cursor: str, rel: str) -> str:
    kept = request.query_params.copy()
    kept["cursor"] = cursor
    return f'<{request.build_absolute_uri(request.path)}?{kept.urlencode()}>; rel="{rel}"'
