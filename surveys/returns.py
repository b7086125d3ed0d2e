"""A mail that asked came back: nobody was asked, so nobody is counted as silent."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import now

from customers.matching import normalise_email
from customers.models import Address
from surveys.models import Reason, State, Survey, SurveyMail
from surveys.steps import move

ASKED = (State.SCHEDULED, State.SENT)


def take_back(header_id: str, *, for_good: bool, reason: str, at: datetime | None = None) -> int | None:
    """The ticket whose survey this mail carried; None when it was none of ours.

    Only a question that came back for good before it was answered ends its survey; the address that it went to is
    marked, so that nobody writes there in vain. Who holds the mail can forge that: it costs them being asked.
    """
    mail = SurveyMail.objects.filter(header_id=header_id).select_related("survey").first()
    if mail is None:
        return None
    survey, at = mail.survey, at or now()
    if for_good:
        with transaction.atomic():
            address = Address.objects.filter(kind=Address.Kind.EMAIL, normalised=normalise_email(survey.recipient))
            address.update(bounced_at=at, bounce_reason=reason)
            if mail.kind == SurveyMail.Kind.QUESTION:
                move(survey, State.SUPPRESSED, reason=Reason.UNDELIVERED, at=at, before=ASKED, sent_at=None)
            else:
                Survey.objects.filter(pk=survey.pk, state=State.SENT).update(remind_at=None)
    return survey.ticket_id
