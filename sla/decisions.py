"""What an edit of promises means for an open ticket: asked by the preview and by the work, so that they agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sla.models import SlaRevision, SlaTrack


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds on a ticket now, by its track."""

    policy_id: int | None = None
    version_id: int | None = None
    calendar_id: int | None = None
    calendar_version_id: int | None = None
    by_hand: bool = False


NOTHING = Standing()


@dataclass(frozen=True, slots=True)
class Move:
    """The ticket comes under this policy: the edited one as it will be, another as it is, or (None) under none."""

    policy_id: int | None
    by_hand: bool = False


def standings(tickets: Iterable[int]) -> Mapping[int, Standing]:
    """By ticket; who never had a policy is left out. By the primary key of tracks."""
    rows = SlaTrack.objects.filter(ticket__in=list(tickets)).values_list(
        "ticket",
        "policy_version__policy",
        "policy_version",
        "calendar_version__calendar",
        "calendar_version",
        "by_hand",
    )
    return {row[0]: Standing(*row[1:]) for row in rows}


NEW = 0
"""What stands for the key of a policy that is still to be made."""


def decide(revision: SlaRevision, now_under: Standing, met: int | None) -> Move | None:
    """What becomes of a ticket; None: it stays as it is.

    `met` is the policy that the ticket meets first once the edit holds (or NEW). A policy that was set by hand stays,
    in its newest wording where that is what is edited.
    Open tickets that an earlier edit was kept from are left alone unless this one is about their policy.
    """
    here, policy_id = now_under.policy_id, revision.policy_id or NEW
    if revision.kind == SlaRevision.Kind.CALENDAR:
        return Move(here, now_under.by_hand) if here and now_under.calendar_id == revision.calendar_id else None
    if now_under.by_hand:
        edited = revision.kind == SlaRevision.Kind.POLICY and here == policy_id
        return Move(here, by_hand=True) if edited else None
    if met == here:
        return Move(here) if here is not None and here == policy_id else None
    if revision.kind == SlaRevision.Kind.POLICY and policy_id not in (here, met):
        return None
    return Move(met)
