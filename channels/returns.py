"""A mail of ours that came back: the ticket learns of it, and the address is marked."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.timezone import now

from agents.actors import Actor
from channels.classify import BOUNCE, Verdict
from channels.models import OutboundEmail
from customers.matching import normalise_email
from customers.models import Address
from helpdesk.lib.text import one_line
from tickets.actions import NoteDelivery
from tickets.ends import home_of
from tickets.perform import perform


def take_back(verdict: Verdict, subject: str) -> int | None:
    """Note a bounce on the ticket of the mail that bounced, and return that; None when it is none of ours.

    Only our own Message-ID ties it to a mail, and the address is the one that we wrote to, never one that the report
    names: a forged report can mark nobody's address but its author's. Runs inside the caller's transaction.
    """
    if verdict.kind != BOUNCE or not verdict.bounced_message_id:
        return None
    mail = OutboundEmail.objects.filter(header_id=verdict.bounced_message_id.lower()).first()
    reason, for_good = one_line(f"{verdict.dsn_status} {subject}", 250), not verdict.dsn_status.startswith("4")
    if mail is None:
        return _of_others(verdict.bounced_message_id.lower(), for_good, reason)
    if for_good:
        address = Address.objects.filter(kind=Address.Kind.EMAIL, normalised=normalise_email(mail.recipient))
        address.update(bounced_at=now(), bounce_reason=reason)
    reply_id = mail.message_id if mail.kind == OutboundEmail.Kind.REPLY else None
    note = NoteDelivery(reply_id, mail.recipient, "bounced", reason)
    perform(home_of(mail.message_id, mail.ticket_id), note, by=Actor.system("mail"), via="email")
    return mail.ticket_id


def _of_others(header_id: str, for_good: bool, reason: str) -> int | None:
    """Mails that an app of its own sent: the functions of MAIL_RETURNED know theirs by the Message-ID."""
    found = (import_string(path)(header_id, for_good=for_good, reason=reason) for path in settings.MAIL_RETURNED)
    return next((ticket_id for ticket_id in found if ticket_id is not None), None)
