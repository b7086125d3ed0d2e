"""Events as programs are told them, in the feed and by webhooks: what EventShape promises, written without serializers.

That both say the same is shown by tests/api/test_told.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tickets.models import Change, Event


def moment(at: datetime | None) -> str | None:
    """As the API writes times: UTC, with Z."""
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z" if at else None


def tell_event(event: Event, change: Change) -> dict[str, Any]:
    """An Event with the gesture of which it was a part."""
    return _told(event.pk, event.kind, event.data, change)


def tell_events(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The Events of these changes in their order; one statement."""
    by_change = {change.pk: change for change in changes}
    rows = Event.objects.filter(change_id__in=by_change).values_list("change_id", "pk", "kind", "data")
    found: dict[int, list[dict[str, Any]]] = {}
    for change_id, pk, kind, data in sorted(rows, key=lambda row: row[1]):
        found.setdefault(change_id, []).append(_told(pk, kind, data, by_change[change_id]))
    return [event for change in changes for event in found.get(change.pk, ())]


def _told(pk: int, kind: str, data: dict[str, Any], change: Change) -> dict[str, Any]:
    return {
        "id": pk,
        "kind": kind,
        "data": data,
        "ticket_id": change.ticket_id,
        "change_id": change.pk,
        "root_change_id": change.root_id,
        "actor_kind": change.actor_kind,
        "actor_id": change.actor_id,
        "actor_name": change.actor_name,
        "via": change.via,
        "version": change.version,
        "at": moment(change.created_at),
    }
