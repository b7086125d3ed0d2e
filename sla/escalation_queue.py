"""The supervisor's queue: who asks for somebody above, the one that must be acknowledged first on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.lib.errors import NotVisible
from sla.models import Escalation

if TYPE_CHECKING:
    from agents.actors import Actor
    from sla.querysets import EscalationQuerySet

SHOWN = 25
MOST = 500
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One escalation, and how long there is left to acknowledge it in whole minutes, the begun one counted; negative
    when it is late, None where nobody set a time or it is acknowledged."""

    escalation: Escalation
    left: timedelta | None

    @property
    def is_late(self) -> bool:
        return self.left is not None and self.left <= timedelta(0)

    @property
    def late_for(self) -> timedelta:
        return -(self.left or timedelta(0))

    @property
    def is_near(self) -> bool:
        return self.left is not None and timedelta(0) < self.left <= 5 * _MINUTE

    @property
    def is_open(self) -> bool:
        return self.escalation.state == Escalation.State.OPEN


@dataclass(frozen=True, slots=True)
class Queue:
    """The first SHOWN of each; the counts stop at MOST + 1."""

    open: list[Row]
    acknowledged: list[Row]
    open_count: int
    acknowledged_count: int
    shown: int = SHOWN
    most: int = MOST

    @property
    def is_empty(self) -> bool:
        return not self.open and not self.acknowledged


def queue(actor: Actor) -> Queue:
    """Open ones by ack_due (index escalation_open), then those that somebody looks after (escalation_held)."""
    visible = Escalation.objects.visible_to(actor)
    waiting = visible.filter(state="open")
    held = visible.filter(state="acknowledged")
    return Queue(
        _rows(waiting.order_by(F("ack_due").asc(nulls_last=True), "pk")),
        _rows(held.order_by("opened_at", "pk")),
        waiting.values("pk")[: MOST + 1].count(),
        held.values("pk")[: MOST + 1].count(),
    )


def visible_escalation(pk: int, actor: Actor) -> Escalation:
    """The escalation, or NotVisible when its ticket is none of the actor's business."""
    found = Escalation.objects.visible_to(actor).select_related("ticket").filter(pk=pk).first()
    if found is None:
        raise NotVisible("not_found", _("There is no such escalation."))
    return found


def _rows(escalations: EscalationQuerySet) -> list[Row]:
    shown = escalations.select_related("ticket__requester", "ticket__team", "owner", "team", "acknowledged_by")
    shown = shown.prefetch_related("ticket__requester__addresses")  # what a customer without a name is called by
    return [Row(one, _left(one)) for one in shown[:SHOWN]]


def _left(escalation: Escalation) -> timedelta | None:
    if escalation.ack_due is None or escalation.state != Escalation.State.OPEN:
        return None
    return -((now() - escalation.ack_due) // _MINUTE) * _MINUTE
