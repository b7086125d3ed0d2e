"""Which surveys and mails are meant, by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from helpdesk.lib.owing import OwedQuerySet
from tickets.models import Change, Ticket
from tickets.spam import on_spam

if TYPE_CHECKING:
    from agents.actors import Actor
    from surveys.models import Survey, SurveyMail, SurveyOptOut  # noqa: F401 - named in the annotations below


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, actor: Actor) -> SurveyQuerySet:
        return self.filter(ticket__in=Ticket.objects.visible_to(actor))

    def due(self, at: datetime) -> SurveyQuerySet:
        """To be handed over to the mails; rides survey_due."""
        return self.filter(state="scheduled", due_at__isnull=False, due_at__lte=at)

    def to_remind(self, at: datetime) -> SurveyQuerySet:
        """Sent, not answered, and the reminder is due; rides survey_remind."""
        return self.filter(state="sent", remind_at__lte=at)

    def to_expire(self, at: datetime) -> SurveyQuerySet:
        """Nobody answered in time; rides survey_expire."""
        return self.filter(state="sent", expires_at__lte=at)

    def to_follow_up(self, at: datetime) -> SurveyQuerySet:
        """A low score waits to be escalated; rides survey_follow_up."""
        return self.filter(follow_up_at__lte=at)

    def handed_since(self, customer_id: int, moment: datetime) -> SurveyQuerySet:
        """What this customer was asked since then, those whose mail never left excepted; rides survey_throttle."""
        rows = self.filter(Q(customer=customer_id) | Q(customer__merged_into=customer_id), handed_at__gt=moment)
        return rows.exclude(state__in=("suppressed", "cancelled"))

    def planned(self) -> SurveyQuerySet:
        """No mail has left the house yet."""
        return self.filter(state="scheduled")

    def sent(self) -> SurveyQuerySet:
        """Left the house, whatever came of it."""
        return self.filter(sent_at__isnull=False)

    def counted(self) -> SurveyQuerySet:
        """Of tickets that reports count: not merged away, no spam, and not the history that an import brought."""
        brought = Change.objects.filter(ticket=OuterRef("ticket"), via="import")
        return self.filter(~on_spam(), ~Exists(brought), ticket__merged_into=None)

    def answered(self) -> SurveyQuerySet:
        return self.filter(state="answered")

    def of_customer(self, customer_id: int) -> SurveyQuerySet:
        """Also those of people who were merged into this one."""
        return self.filter(Q(customer=customer_id) | Q(customer__merged_into=customer_id))

    def asked_of(self, customer_ids: list[int]) -> SurveyQuerySet:
        """What these were mailed, whatever came of it; rides survey_throttle."""
        return self.filter(customer__in=customer_ids, handed_at__isnull=False)

    def of_agent(self, agent_id: int) -> SurveyQuerySet:
        """About tickets that this agent solved; rides survey_of_agent."""
        return self.filter(agent=agent_id)

    def low(self) -> SurveyQuerySet:
        """Rides survey_low."""
        return self.filter(score__in=(1, 2))

    def for_list(self) -> SurveyQuerySet:
        """What a row shows: the ticket, whom it is about, who was asked."""
        rows = self.select_related("ticket", "customer__merged_into", "agent", "team")
        return rows.prefetch_related("customer__addresses")

    def of_ticket(self, ticket_id: int) -> SurveyQuerySet:
        """Newest first; rides survey_in_ticket."""
        return self.filter(ticket=ticket_id).order_by("-sequence")

    def whole(self) -> SurveyQuerySet:
        """With everything that was frozen, said and done."""
        return self.select_related("agent", "team").prefetch_related("answers", "steps", "repliers__agent")


class SurveyOptOutQuerySet(models.QuerySet["SurveyOptOut"]):
    def of(self, customer_id: int) -> SurveyOptOutQuerySet:
        """Also what somebody said who was merged into this person: nobody is asked again because of a merge."""
        return self.filter(Q(customer=customer_id) | Q(customer__merged_into=customer_id))


class SurveyMailQuerySet(OwedQuerySet["SurveyMail"]):
    """Those that are due ride survey_mail_due."""
