"""The queue of survey mails: claimed one by one, sent outside any transaction, noted when they have left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils.timezone import now

from customers.matching import follow
from helpdesk.lib.claims import claim
from helpdesk.lib.mail_queue import DjangoMails, Unwanted
from surveys import letters
from surveys.daytime import next_daytime
from surveys.models import Reason, State, Survey, SurveyMail, SurveyOptOut, SurveySettings
from surveys.reactions import ENDED
from surveys.steps import move, note
from surveys.sweep import when_sent
from surveys.tokens import make_token
from tickets.spam import is_spam

BATCH = 50
Kind = SurveyMail.Kind


class SurveyMails(DjangoMails[SurveyMail]):
    name = "surveys"

    def due(self) -> Sequence[SurveyMail]:
        return list(SurveyMail.objects.due().select_related("survey__ticket")[:BATCH])

    def compose(self, row: SurveyMail) -> EmailMultiAlternatives:
        # As it stands now, not as it stood when the batch was read.
        row.survey = Survey.objects.select_related("ticket__requester", "customer__merged_into").get(pk=row.survey_id)
        if why := unwanted_because(row):
            raise Unwanted(why)
        return letters.compose(row, make_token(row.survey))

    def left(self, row: SurveyMail, at: datetime | None = None) -> bool:
        """Note that the mail left and what that means for its survey, in one transaction."""
        at = at or now()
        with transaction.atomic():
            if not self.settle(row, state=SurveyMail.State.SENT, sent_at=at, last_error=""):
                return False
            if row.kind == Kind.QUESTION:
                move(row.survey, State.SENT, at=at, sent_at=at, **when_sent(at, SurveySettings.current()))
            elif claim(Survey.objects.filter(pk=row.survey_id, reminded_at=None), reminded_at=at):
                note(row.survey, "reminded", at=at)
        return True

    def dropped(self, row: SurveyMail, why: str) -> None:
        """A question that nobody is asked any more ends its survey, if that has not ended already."""
        with transaction.atomic():
            if self.settle(row, state=SurveyMail.State.DROPPED) and row.kind == Kind.QUESTION and why in Reason.values:
                move(row.survey, State.SUPPRESSED, reason=why)

    def given_up(self, row: SurveyMail, reason: str) -> None:
        """Nobody was asked, so nobody is counted as silent. A lost reminder changes nothing."""
        with transaction.atomic():
            failed = self.settle(row, state=SurveyMail.State.FAILED, crashes=row.crashes, last_error=reason)
            if failed and row.kind == Kind.QUESTION:
                move(row.survey, State.SUPPRESSED, reason=Reason.UNDELIVERED)

    def again_at(self, row: SurveyMail, moment: datetime) -> datetime:
        """A server that comes back in the evening wakes nobody at night."""
        return next_daytime(moment, row.survey.ticket.requester, SurveySettings.current())


MAILS = SurveyMails()


def send_due() -> int:
    return MAILS.send_due()


def note_sent(mail: SurveyMail, at: datetime) -> bool:
    """Note of a mail that nobody sends from here that it left at that time (demo data); False when it was taken."""
    return MAILS.take(mail) and MAILS.left(mail, at)


def unwanted_because(mail: SurveyMail) -> str:
    """Why it is not to leave any more, "" when it is: what was so when it was handed over may have changed since it
    waits. A Reason where the survey has not ended yet."""
    survey, ticket = mail.survey, mail.survey.ticket
    if survey.state != (State.SCHEDULED if mail.kind == Kind.QUESTION else State.SENT):
        return "over"  # answered, called off, closed
    if not SurveySettings.current().enabled:
        return Reason.SWITCHED_OFF
    if SurveyOptOut.objects.of(follow(survey.customer).pk).exists():
        return Reason.OPTED_OUT
    if is_spam(ticket):
        return Reason.SPAM
    if ticket.is_merged:
        return Reason.MERGED
    if mail.kind == Kind.REMINDER and ticket.status not in ENDED:
        return "worked_on"
    return ""
