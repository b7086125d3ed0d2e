"""What time does to surveys: hand due ones over to the mails, remind once, close. Any number of workers may run it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.timezone import now

from agents.middleware import known_language
from customers.matching import follow
from customers.models import Customer
from surveys.daytime import next_daytime
from surveys.eligibility import address_of, public_repliers, why_not
from surveys.models import Reason, State, Survey, SurveyMail, SurveyReplier, SurveySettings
from surveys.querysets import SurveyQuerySet
from surveys.reactions import ENDED
from surveys.steps import move, note
from surveys.tokens import new_header_id
from tickets.spam import is_spam

logger = structlog.get_logger(__name__)

BATCH = 200
Step = Callable[[Survey, datetime, SurveySettings], bool]


def sweep(at: datetime | None = None) -> int:
    """Take every step that is due by `at`, if not now; how many surveys moved. What a dead worker left is found again:
    it is a row."""
    at, chosen = at or now(), SurveySettings.current()
    return hand_over(at, chosen) + close(at, chosen) + remind(at, chosen)


def hand_over(at: datetime, chosen: SurveySettings) -> int:
    return _each(Survey.objects.due(at), _hand_over, at, chosen, "due_at")


def close(at: datetime, chosen: SurveySettings) -> int:
    return _each(Survey.objects.to_expire(at), _expire, at, chosen, "expires_at")


def remind(at: datetime, chosen: SurveySettings) -> int:
    return _each(Survey.objects.to_remind(at), _remind, at, chosen, "remind_at")


def _each(due: SurveyQuerySet, step: Step, at: datetime, chosen: SurveySettings, order: str) -> int:
    """Each in a transaction of its own, locked: another worker passes it over, and a failure stops no other."""
    moved = 0
    for pk in list(due.order_by(order, "pk").values_list("pk", flat=True)[:BATCH]):
        try:
            with transaction.atomic():
                rows = due.select_related("ticket__requester__organization", "ticket__requester__merged_into")
                survey = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
                moved += bool(survey and step(survey, at, chosen))
        except Exception:
            logger.exception("survey_step_failed", survey=pk)
    return moved


def _hand_over(survey: Survey, at: datetime, chosen: SurveySettings) -> bool:
    """Look once more whether the customer may be asked, freeze the facts, and leave the mail."""
    ticket = survey.ticket
    # Two tickets of one customer may fall due at once: the second must see that the first was handed over.
    customer = follow(ticket.requester)
    Customer.objects.select_for_update().filter(pk=customer.pk).first()
    if not chosen.enabled:
        return move(survey, State.SUPPRESSED, reason=Reason.SWITCHED_OFF, at=at)
    if not ticket.is_merged and ticket.status not in ENDED:
        return move(survey, State.CANCELLED, reason=Reason.REOPENED, at=at)
    if reason := why_not(ticket, survey.sequence, at, chosen):
        return move(survey, State.SUPPRESSED, reason=reason, at=at)
    if (later := next_daytime(at, customer, chosen)) > at:  # the workers were away until the evening
        survey.due_at = later
        survey.save(update_fields=["due_at"])
        note(survey, "postponed", at=at)
        return False
    repliers = public_repliers(ticket)
    survey.due_at, survey.handed_at = None, at
    survey.customer, survey.recipient = customer, address_of(customer)
    survey.language = _language(survey, customer)
    survey.style = chosen.style
    survey.team_id, survey.channel = ticket.team_id, ticket.channel
    survey.save()
    SurveyReplier.objects.bulk_create(SurveyReplier(survey=survey, agent_id=pk) for pk in repliers)
    when = {"due_at": at, "created_at": at}
    SurveyMail.objects.create(survey=survey, kind=SurveyMail.Kind.QUESTION, header_id=new_header_id(), **when)
    note(survey, "handed_over", at=at)
    return True


def _remind(survey: Survey, at: datetime, chosen: SurveySettings) -> bool:
    """Once, in the customer's daytime, and never about a ticket that is worked on again, merged or spam."""
    if (later := next_daytime(at, survey.ticket.requester, chosen)) > at:
        survey.remind_at = later
        survey.save(update_fields=["remind_at"])
        return False
    survey.remind_at = None
    survey.save(update_fields=["remind_at"])
    ticket = survey.ticket
    if ticket.status not in ENDED or ticket.is_merged or is_spam(ticket) or not chosen.enabled:
        return False
    SurveyMail.objects.get_or_create(
        survey=survey,
        kind=SurveyMail.Kind.REMINDER,
        defaults={"header_id": new_header_id(), "due_at": at, "created_at": at},
    )
    return True


def _expire(survey: Survey, at: datetime, _chosen: SurveySettings) -> bool:
    return move(survey, State.EXPIRED, at=at)


def when_sent(at: datetime, chosen: SurveySettings) -> dict[str, Any]:
    """The columns that begin to count when the mail has left."""
    remind = at + timedelta(days=chosen.reminder_days) if chosen.reminder_days else None
    expires = at + timedelta(days=chosen.expire_days)
    return {"remind_at": remind if remind and remind < expires else None, "expires_at": expires}


def _language(survey: Survey, customer: Customer) -> str:
    organization = customer.organization
    wishes = (customer.language, survey.ticket.language, organization.language if organization else "")
    return known_language(next((code for code in wishes if code), ""))
