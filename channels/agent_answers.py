"""Agents' answers by mail: off unless AGENTS_ANSWER_BY_MAIL says otherwise, and never on the word of a From header.

An answer is taken when it comes to a reply address that was made for this agent and this ticket, from the agent's own
address, and our border host vouches for that address. Everything else that carries such a token is held.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formataddr
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import transaction

from agents.actors import Actor
from agents.models import Agent
from agents.permissions import Permission
from channels import authentication, signing
from channels.agent_tokens import AgentToken, agent_address, read_agent_address, without_tokens
from channels.classify import LOOP_HEADER
from channels.mime import ParsedMail
from channels.models import Mailbox, TicketMailbox
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import one_line
from tickets.actions import AddNote, AddReply
from tickets.ends import end_of
from tickets.models import Change, Ticket
from tickets.perform import perform

if TYPE_CHECKING:
    from channels.reading import Letter

logger = structlog.get_logger(__name__)

ANSWER = "agent_answer"
REFUSED = "agent_answer_refused"
_COMMAND = re.compile(r"\A\s*#(note|reply)\b[ \t]*[:.]?[ \t]*\n?", re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """A mail that speaks for an agent: `reason` is ANSWER when it may, else why it is held."""

    reason: str
    ticket_id: int
    agent_id: int

    @property
    def holds(self) -> bool:
        return self.reason == ANSWER


def headers_for(agent: Agent, ticket_ids: Sequence[int]) -> dict[str, str]:
    """What mail adds to a mail of news to `agent` about these tickets; several tickets cannot be answered by one."""
    headers = {LOOP_HEADER: signing.loop_marker()}
    if settings.AGENTS_ANSWER_BY_MAIL == "off" or len(ticket_ids) != 1:
        return headers
    mailbox = mailbox_of(ticket_ids[0])
    address = agent_address(mailbox, agent.pk, ticket_ids[0]) if mailbox and agent.may(Permission.NOTE) else ""
    if mailbox and address:
        headers["Reply-To"] = formataddr((one_line(mailbox.name, 80), address))
    return headers


def judge(mail: ParsedMail, vouched: str, addressed: Sequence[str], mailboxes: Sequence[Mailbox]) -> Claim | None:
    """Whether a person's mail to an agent's personal address is that agent's answer; None for all other mail."""
    token = read_agent_address(addressed, mailboxes)
    if token is None or mail.sender is None:
        return None
    if not Ticket.objects.filter(pk=token.ticket_id).exists():
        return None
    ticket_id = end_of(token.ticket_id)  # a ticket that was merged is answered where its conversation goes on
    reason = _reason(token, ticket_id, mail.sender.email, vouched)
    if reason != ANSWER:
        logger.warning("agent_answer_held", reason=reason, agent=token.agent_id, ticket=ticket_id)
    return Claim(reason, ticket_id, token.agent_id)


def _reason(token: AgentToken, ticket_id: int, sender: str, vouched: str) -> str:
    agent = Agent.objects.filter(pk=token.agent_id).first()
    if agent is None or sender.lower() != agent.email:
        return "agent_answer_of_another"
    if settings.AGENTS_ANSWER_BY_MAIL == "off":
        return "agent_by_mail"
    if vouched != authentication.PASS:
        return "agent_answer_unverified"
    if token.expired:
        return "agent_answer_expired"
    if not Ticket.objects.is_visible(ticket_id, Actor.agent(agent)):
        return REFUSED
    return ANSWER


def say(claim_agent_id: int, ticket_id: int, letter: Letter, files: Sequence[str]) -> Change | None:
    """Say on the ticket what the agent wrote, as that agent; None when they may not, or the ticket refuses it."""
    agent = Agent.objects.get(pk=claim_agent_id)
    body, kind = worded(letter.folded.visible)
    action = AddReply(body, attachments=files) if kind == "reply" else AddNote(body, attachments=files)
    try:
        with transaction.atomic():
            return perform(ticket_id, action, by=Actor.agent(agent), via="email")
    except HelpdeskError as refusal:
        logger.warning("agent_answer_held", reason=refusal.code, agent=claim_agent_id, ticket=ticket_id)
        return None


def worded(text: str) -> tuple[str, str]:
    """The words, and whether they are a "note" or a "reply": the first line may say so, else the setting does."""
    command = _COMMAND.match(text)
    kind = command[1].lower() if command else settings.AGENTS_ANSWER_BY_MAIL
    return without_tokens(text[command.end() :] if command else text).strip(), kind


def mailbox_of(ticket_id: int) -> Mailbox | None:
    """Through which mailbox an answer would come in: the ticket's, its team's, else the first; nothing is decided."""
    kept = TicketMailbox.objects.filter(ticket_id=ticket_id, mailbox__active=True).select_related("mailbox").first()
    if kept is not None:
        return kept.mailbox
    active = Mailbox.objects.active().order_by("pk")
    team_id = Ticket.objects.filter(pk=ticket_id).values_list("team_id", flat=True).first()
    return (active.filter(team_id=team_id).first() if team_id else None) or active.first()
