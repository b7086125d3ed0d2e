"""What the customer can do with the link: answer, change the answer for a day, and ask not to be asked again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.actors import Actor
from customers.matching import follow
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import clean
from surveys.models import LOW, Reason, State, Survey, SurveyAnswer, SurveyOptOut
from surveys.steps import move, note
from surveys.tokens import find

LONGEST_COMMENT = 5000
MOST = 20
"""Answers to one survey, changes included: a link that got around may not fill the tables."""


def takes_answers(survey: Survey, at: datetime | None = None) -> bool:
    """Whether an answer would be recorded at that time, else now: it was asked, its time is not over, though no worker
    may have closed it yet, and an answer that was given is not a day old and was not changed all the time."""
    if survey.state == State.SCHEDULED:
        return survey.handed_at is not None  # the mail arrived before its worker could note that it left
    if survey.state == State.ANSWERED:
        until = survey.changeable_until
        return until is not None and (at or now()) < until and survey.answers.count() < MOST
    return survey.state == State.SENT and (survey.expires_at is None or (at or now()) < survey.expires_at)


def record_answer(token: str, score: int, comment: str) -> Survey:
    """Record the answer behind this link, or change the one that stands. The same answer again is no second one.

    Raises NotVisible for a link that was not made here; HelpdeskError "bad_score" | "too_long" | "survey_over".
    """
    return record(find(token).pk, score, comment)


def record(survey_id: int, score: int, comment: str, at: datetime | None = None) -> Survey:
    """The same for whoever knows the survey itself; `at` if it was not now."""
    comment = clean(comment).strip()
    if score not in range(1, 6):
        raise HelpdeskError("bad_score", _("Choose one of the five."), field="score")
    if len(comment) > LONGEST_COMMENT:
        words = _("Write at most %(most)d characters.") % {"most": LONGEST_COMMENT}
        raise HelpdeskError("too_long", words, field="comment")
    with transaction.atomic():
        survey = Survey.objects.select_for_update().get(pk=survey_id)
        if not takes_answers(survey, at):
            raise HelpdeskError("survey_over", _("This survey is closed."))
        if (survey.score, survey.comment) != (score, comment):
            _keep(survey, score, comment, at or now())
    return survey


def _keep(survey: Survey, score: int, comment: str, at: datetime) -> None:
    SurveyAnswer.objects.create(survey=survey, score=score, comment=comment, given_at=at)
    answer: dict[str, Any] = {"score": score, "comment": comment, "follow_up_at": _follow_up(survey, score, at)}
    if survey.state == State.ANSWERED:
        Survey.objects.filter(pk=survey.pk).update(**answer)
        note(survey, "changed", at=at)
    else:
        sent_at = survey.sent_at or survey.handed_at
        move(survey, State.ANSWERED, at=at, answered_at=at, sent_at=sent_at, **answer)
    survey.refresh_from_db()


def _follow_up(survey: Survey, score: int, at: datetime) -> datetime | None:
    """When a low score is to be escalated: at once, and once for each survey."""
    return at if score in LOW and survey.escalated_at is None else None


def stop_by_link(token: str) -> Customer:
    """The customer is never asked again, whatever was planned. Again is a no-op. Raises NotVisible."""
    customer = follow(find(token).customer)
    opt_out(customer, None)
    return customer


def opt_out(customer: Customer, by: Actor | None, at: datetime | None = None) -> None:
    """Note that the customer is not to be asked, and call off what is planned; `by` None: by the customer's link."""
    noted_by = by.id if by and by.is_agent else None
    known = {"noted_by_id": noted_by, "created_at": at or now()}
    with transaction.atomic():
        SurveyOptOut.objects.get_or_create(customer=customer, defaults=known)
        for survey in Survey.objects.of_customer(customer.pk).planned():
            move(survey, State.SUPPRESSED, reason=Reason.OPTED_OUT, at=at)
        Survey.objects.of_customer(customer.pk).filter(state=State.SENT).update(remind_at=None)


def opt_in(customer: Customer) -> None:
    """Ask the customer again after tickets that are solved from now on."""
    SurveyOptOut.objects.of(customer.pk).delete()
