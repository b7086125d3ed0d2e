"""Asks the customers of the past how it went, and lets some of them answer, each at the time when it happened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from random import Random

from helpdesk.demo import rhythm
from helpdesk.demo.customers import Caller
from helpdesk.demo.opinions import words_for
from helpdesk.demo.plan import House
from helpdesk.demo.supervision import Desk
from helpdesk.lib.errors import HelpdeskError
from sla.models import SlaClock
from surveys import mails, sweep
from surveys.answering import opt_out, record
from surveys.follow_up import follow_up
from surveys.models import State, Survey, SurveyMail, SurveySettings
from surveys.reactions import concerns, schedule_survey
from surveys.returns import take_back
from tickets.models import Change

# Of a hundred who were asked: who answers the question, who the reminder.
AT_ONCE, REMINDED = 0.34, 0.12
BOUNCES, TIRED = 0.008, 0.012
COMMENTS, COMPLAINS, CHANGES_MIND = 0.3, 0.7, 0.03
# How often each score is given, 1 first, after promises were kept and after one was broken.
KEPT, BROKEN = (3, 3, 9, 27, 58), (15, 14, 19, 27, 25)

Moment = tuple[datetime, int, Callable[[datetime], None]]


def switch_on() -> None:
    chosen = {"delay_hours": 4, "throttle_days": 21, "sample_percent": 50, "time_zone": str(rhythm.HOUSE)}
    SurveySettings.objects.create(pk=SurveySettings.ONLY, enabled=True, **chosen)


class Feedback:
    """Stands beside the story while it is told, before the desk: `catch_up` takes every step of a survey that falls due
    before the next thing happens, and lets the desk see the escalations that come of it."""

    def __init__(self, house: House, desk: Desk, rng: Random) -> None:
        self.desk, self.rng = desk, rng
        self.chosen = SurveySettings.current()
        self.callers: dict[int, Caller] = {caller.pk: caller for caller in house.callers}
        self.moments: list[Moment] = []
        self.planned = 0

    def heard(self, change: Change) -> None:
        """What the worker hears of a Change when it does not lie in the past."""
        if not any(fact.kind == "status_changed" and concerns(fact.data) for fact in change.facts):
            return
        schedule_survey(change)
        due = Survey.objects.filter(solve=change, state=State.SCHEDULED).values_list("due_at", flat=True).first()
        if due:
            self._plan(due, self._ask)

    def catch_up(self, until: datetime) -> None:
        while self.moments and self.moments[0][0] <= until:
            at, _n, what = heappop(self.moments)
            self.desk.catch_up(at)
            what(at)
        self.desk.catch_up(until)

    def _ask(self, at: datetime) -> None:
        sweep.hand_over(at, self.chosen)
        self._deliver(at)

    def _remind(self, survey: Survey, at: datetime) -> None:
        if sweep.remind(at, self.chosen):
            self._deliver(at)
            return
        survey.refresh_from_db(fields=["remind_at"])
        if survey.remind_at and survey.remind_at > at:  # put off to the customer's daytime
            self._plan(survey.remind_at, partial(self._remind, survey))

    def _close(self, at: datetime) -> None:
        sweep.close(at, self.chosen)

    def _deliver(self, at: datetime) -> None:
        """What a mail server does takes a few seconds."""
        for mail in SurveyMail.objects.filter(state=SurveyMail.State.QUEUED).select_related("survey__ticket"):
            if mails.note_sent(mail, at + timedelta(seconds=2)):
                self._receive(mail, at)

    def _receive(self, mail: SurveyMail, at: datetime) -> None:
        survey, rng = mail.survey, self.rng
        chance = rng.random()
        if mail.kind == SurveyMail.Kind.REMINDER:
            if chance < REMINDED / (1 - AT_ONCE):
                self._answer_later(survey, at)
            return
        if survey.remind_at and survey.expires_at:
            self._plan(survey.remind_at, partial(self._remind, survey))
            self._plan(survey.expires_at, self._close)
        if chance < BOUNCES:
            self._plan(at + timedelta(minutes=1), partial(self._come_back, mail))
        elif chance < BOUNCES + TIRED:
            self._plan(self._spare(survey, at), partial(opt_out, survey.customer, None))
        elif chance < BOUNCES + TIRED + AT_ONCE:
            self._answer_later(survey, at)

    def _answer_later(self, survey: Survey, at: datetime) -> None:
        score = self._score(survey)
        later = self._spare(survey, at)
        self._plan(later, partial(self._answer, survey, score))
        if self.rng.random() < CHANGES_MIND:
            other = min(5, score + self.rng.choice((1, 2)))
            self._plan(later + timedelta(minutes=self.rng.randrange(1, 600)), partial(self._answer, survey, other))

    def _answer(self, survey: Survey, score: int, at: datetime) -> None:
        low = score < 4
        comment = ""
        if self.rng.random() < (COMPLAINS if low else COMMENTS):
            comment = self.rng.choice(words_for(survey.ticket.language, score))
        with suppress(HelpdeskError):  # closed, or came back, in the meantime
            record(survey.pk, score, comment, at)
        if low and follow_up(at):
            self.desk.look()

    @staticmethod
    def _come_back(mail: SurveyMail, at: datetime) -> None:
        take_back(mail.header_id, for_good=True, reason="5.1.1 Undelivered Mail", at=at)

    def _score(self, survey: Survey) -> int:
        broken = SlaClock.objects.filter(ticket=survey.ticket_id).breached().exists()
        return self.rng.choices((1, 2, 3, 4, 5), BROKEN if broken else KEPT)[0]

    def _spare(self, survey: Survey, at: datetime) -> datetime:
        """Half of those who answer do so within hours, the others within days."""
        return rhythm.spare_time(self.rng, at, self.rng.expovariate(1 / 9), self.callers[survey.customer_id].zone)

    def _plan(self, at: datetime, what: Callable[[datetime], None]) -> None:
        self.planned += 1
        heappush(self.moments, (at, self.planned, what))
