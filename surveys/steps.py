"""How a survey moves from one state to the next: claimed by the database, with a row for each step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import now

from helpdesk.lib.claims import claim
from surveys.models import State, Survey, SurveyStep

# From which states each may be reached; nothing else moves a survey.
BEFORE: dict[str, tuple[str, ...]] = {
    State.SUPPRESSED: (State.SCHEDULED,),
    State.CANCELLED: (State.SCHEDULED,),
    State.SENT: (State.SCHEDULED,),
    State.ANSWERED: (State.SCHEDULED, State.SENT),
    State.EXPIRED: (State.SENT,),
}
ENDED: dict[str, None] = {"due_at": None, "remind_at": None, "expires_at": None}


def move(
    survey: Survey,
    to: State,
    *,
    reason: str = "",
    at: datetime | None = None,
    before: Sequence[str] | None = None,
    **changes: Any,
) -> bool:
    """Move the survey and note the step, if it still stands where this may begin; False when another was first.

    `before` says from which states, where that is not what BEFORE says. Belongs into the transaction of whatever the
    step means.
    """
    if to != State.SENT:
        changes = {**ENDED, **changes}
    as_read = Survey.objects.filter(pk=survey.pk, state__in=before or BEFORE[to])
    if not claim(as_read, state=to, reason=reason, **changes):
        return False
    for name, value in {"state": to, "reason": reason, **changes}.items():
        setattr(survey, name, value)
    note(survey, to, reason=reason, at=at)
    return True


def note(survey: Survey, what: str, *, reason: str = "", at: datetime | None = None) -> None:
    SurveyStep.objects.create(survey=survey, what=what, reason=reason, at=at or now())
