"""Choosing by hand what is promised on one ticket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from sla.models import SlaPolicy, SlaTrack
from tickets.actions import Action, Fact

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


@dataclass(frozen=True)
class SetSlaPolicy(Action):
    """Put a policy in force that no condition takes away; None leaves the choice to the conditions again.

    The subscriber that keeps the clocks does it (sla/subscribers.py). Raises "no_such_policy", and "ticket_closed"
    on a closed ticket, whose clocks have ended.
    """

    name = "set_sla_policy"
    permission = Permission.EDIT
    policy_id: int | None

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if ticket.status == "closed":
            raise HelpdeskError("ticket_closed", _("This ticket is closed."), field="policy")
        track = SlaTrack.objects.select_related("policy_version__policy").filter(pk=ticket.pk).first()
        version = track.policy_version if track else None
        if self.policy_id is None:
            if track is None or not track.by_hand:
                return
            yield Fact("sla_policy_set", {"from": _named(version.policy if version else None), "to": None})
            return
        policy = SlaPolicy.objects.filter(pk=self.policy_id, active=True, versions__isnull=False).first()
        if policy is None:
            raise HelpdeskError("no_such_policy", _("There is no such policy."), field="policy")
        if track is not None and track.by_hand and version is not None and version.policy_id == policy.pk:
            return
        yield Fact("sla_policy_set", {"from": _named(version.policy if version else None), "to": _named(policy)})


def _named(policy: SlaPolicy | None) -> dict[str, Any] | None:
    return {"id": policy.pk, "name": policy.name} if policy else None
