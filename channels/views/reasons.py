"""The codes by which mails are held, set aside or failed, as people read them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "sender_unknown_to_ticket": _("The sender takes no part in this ticket."),
    "number_alone": _("Only the number in the subject points to this ticket, and nobody vouches for the sender."),
    "sender_forged": _("Our mail host says that the sender is forged."),
    "agent_by_mail": _("The sender's address belongs to an agent; agents do not act by mail."),
    "agent_answer": _("An agent answered by mail."),
    "agent_answer_unverified": _("An agent's answer by mail, but our mail host does not vouch for the sender."),
    "agent_answer_of_another": _("This reply address was made for an agent, and somebody else wrote to it."),
    "agent_answer_expired": _("An agent's answer by mail to a reply address that is too old."),
    "agent_answer_refused": _("An agent's answer by mail that the agent may not give, or the ticket does not take."),
    "name_claims_other_address": _("The sender's name shows another address than the one it came from."),
    "sender_missing": _("The mail names no sender."),
    "sender_several": _("The mail names several senders."),
    "sender_several_from_headers": _("The mail has several From headers."),
    "sender_group": _("The sender is written as a group."),
    "sender_malformed": _("The sender's address is malformed."),
    "another_subject": _("The subject is another one."),
    "customer": _("Written by a person."),
    "auto_reply": _("An automatic reply."),
    "bounce": _("A mail of ours came back."),
    "delivery_notice": _("A delivery notice."),
    "mailing_list": _("Came through a mailing list."),
    "feedback_report": _("A feedback report."),
    "loop": _("A mail of ours that came back to us."),
    "automated": _("Sent by a machine."),
    "ticket_closed": _("The ticket was closed; this follows up on it."),
    "confirmed": _("An agent decided."),
    "duplicate": _("The same mail came before."),
    "empty": _("There is nothing to read in it."),
    "crashed": _("Reading it ended the worker again and again."),
    "error": _("Reading it failed."),
    "too_large": _("Larger than the limit; only its head was kept."),
    "subject_tag": _("Number in the subject"),
    "reply_address": _("Signed reply address"),
    "our_message_id": _("Message-ID that we signed"),
    "known_message": _("Answers a message that we know"),
}


def said_reason(code: str) -> str | Promise:
    """The sentence; the code itself when nobody has written one."""
    return REASONS.get(code, code.replace("_", " "))
