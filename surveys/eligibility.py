"""Whether a customer is asked about a solved ticket, and if not, why not. Asked when planned and again when sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from customers.matching import follow
from surveys.models import Reason, Survey, SurveyOptOut
from tickets.models import Message
from tickets.spam import is_spam

if TYPE_CHECKING:
    from customers.models import Customer
    from surveys.models import SurveySettings
    from tickets.models import Ticket


def why_not(ticket: Ticket, sequence: int, at: datetime, chosen: SurveySettings) -> str:
    """A Reason, or "" when the customer is to be asked. Whether the ticket is still solved is not asked here."""
    if not in_sample(ticket.pk, sequence, chosen.sample_percent):  # first, since it asks the database nothing
        return Reason.NOT_SAMPLED
    customer = follow(ticket.requester)
    if ticket.is_merged:
        return Reason.MERGED
    if is_spam(ticket):
        return Reason.SPAM
    if not public_repliers(ticket):
        return Reason.NO_REPLY
    if SurveyOptOut.objects.of(customer.pk).exists():
        return Reason.OPTED_OUT
    if not address_of(customer):
        return Reason.NO_ADDRESS
    if chosen.throttle_days and is_throttled(customer, at, chosen):
        return Reason.THROTTLED
    return ""


def is_throttled(customer: Customer, at: datetime, chosen: SurveySettings) -> bool:
    return Survey.objects.handed_since(customer.pk, at - timedelta(days=chosen.throttle_days)).exists()


def in_sample(ticket_id: int, sequence: int, percent: int) -> bool:
    """The same answer for the same solving, however often it is asked, and spread evenly over all."""
    drawn = int.from_bytes(sha256(f"survey:{ticket_id}:{sequence}".encode()).digest()[:8], "big")
    return drawn % 100 < percent


def public_repliers(ticket: Ticket) -> list[int]:
    """The agents who answered the customer in public, each once; words that were taken back do not count."""
    said = Message.objects.filter(ticket=ticket, public=True, author_kind=Message.Author.AGENT, withdrawn_at=None)
    return sorted(set(said.exclude(agent=None).values_list("agent_id", flat=True)))


def address_of(customer: Customer) -> str:
    """Where the customer is asked: their address, unless mail to it came back."""
    email = customer.email
    bounced = any(address.value == email and address.bounced_at for address in customer.addresses.all())
    return "" if bounced else email
