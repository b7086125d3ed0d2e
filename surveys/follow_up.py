"""Turns a low score into an escalation: through the one door, once for each survey, also after a worker died."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.timezone import now

from agents.actors import Actor
from helpdesk.lib.errors import HelpdeskError
from sla.actions import Escalate
from sla.actions.escalations import LONGEST_TEXT
from sla.models import Escalation
from surveys.models import Survey
from surveys.steps import note
from tickets.ends import end_of
from tickets.perform import perform

logger = structlog.get_logger(__name__)

HOUSE = Actor.system("surveys")
BATCH = 100
TRY_AGAIN = timedelta(minutes=10)


def follow_up(past: datetime | None = None) -> int:
    """Escalate every low score that waits; how many were. The escalation and the mark commit together.

    `past` states when it truly happened, as perform() takes it (demo data only).
    """
    waiting = Survey.objects.to_follow_up(past or now()).order_by("follow_up_at", "pk")
    return sum(_escalate(pk, past) for pk in list(waiting.values_list("pk", flat=True)[:BATCH]))


def _escalate(pk: int, past: datetime | None) -> bool:
    at, by = (past, HOUSE.importing()) if past else (now(), HOUSE)
    try:
        with transaction.atomic():
            rows = Survey.objects.to_follow_up(at).select_for_update(skip_locked=True, of=("self",))
            survey = rows.filter(pk=pk, escalated_at=None).first()
            if survey is None:
                return False
            asked = Escalate(
                reason=Escalation.Reason.LOW_SCORE,
                source=Escalation.Source.CSAT,
                text=survey.comment[:LONGEST_TEXT],
                to_team_id=survey.team_id,
            )
            perform(end_of(survey.ticket_id), asked, by=by, via="schedule", at=past)
            survey.follow_up_at, survey.escalated_at = None, at
            survey.save(update_fields=["follow_up_at", "escalated_at"])
            note(survey, "escalated", at=at)
    except HelpdeskError as refusal:
        logger.warning("low_score_not_escalated", survey=pk, code=refusal.code)
        Survey.objects.filter(pk=pk, escalated_at=None).exclude(follow_up_at=None).update(follow_up_at=at + TRY_AGAIN)
        return False
    except Exception:
        logger.exception("low_score_failed", survey=pk)
        return False
    return True
