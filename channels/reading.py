"""Read one stored mail and decide what becomes of it; asks the database, writes nothing, so the console can try it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings

from agents.models import Agent
from channels import agent_answers, authentication, fingerprints, signing
from channels.classify import CUSTOMER, Verdict, classify
from channels.languages import guess_language
from channels.mime import Limits, ParsedMail, parse
from channels.models import Mailbox
from channels.quotes import Folded
from channels.quotes_html import fold_mail
from channels.threading import Candidate, candidates, is_another_subject
from customers.matching import find_by_emails
from customers.models import Customer
from helpdesk.lib.html import sanitise

OPEN, APPEND, RELATED, HOLD, IGNORE = "open", "append", "related", "hold", "ignore"
AGENT = "agent"  # an agent answers by mail (channels/agent_answers.py)
MOST_SHOWN = 50  # recipients kept on a message


@dataclass(frozen=True)
class Decision:
    """What is to be done with a mail, and why. `ticket_id` is the ticket to append to, to link to, or to hold it at;
    `asks`: an agent put it there, and its sender took no part before (AddCustomerMessage)."""

    outcome: str
    reason: str = ""
    ticket_id: int | None = None
    agent_id: int | None = None
    asks: bool = False


@dataclass(frozen=True)
class Letter:
    """A mail, read: its words folded and its HTML harmless, who sent it, where it may belong, what is decided."""

    mail: ParsedMail
    verdict: Verdict
    folded: Folded
    html: str
    quoted_html: str
    authentication: str
    mailbox: Mailbox | None
    customer: Customer | None
    candidates: tuple[Candidate, ...]
    decision: Decision
    warnings: tuple[str, ...]
    others: tuple[str, ...]
    words: str

    @property
    def verified(self) -> bool:
        return self.authentication == authentication.PASS

    @cached_property
    def language(self) -> str:
        """Of the words, else of the person, else what the mail program says (often its own), else the mailbox's."""
        guessed = guess_language(self.folded.visible) or (self.customer.language if self.customer else "")
        return guessed or next(iter(self.mail.languages), "") or (self.mailbox.language if self.mailbox else "")

    def evidence(self) -> dict[str, Any]:
        """What the console shows; `may_answer` is what the acknowledgement asks."""
        return {
            "outcome": self.decision.outcome,
            "candidates": [candidate.as_evidence() for candidate in self.candidates],
            "signs": list(self.verdict.reasons),
            "authentication": self.authentication,
            "may_answer": self.verdict.may_answer,
            "warnings": list(self.warnings),
            "folded_by": self.folded.folded_by,
            "words": self.words,
            "attachments": [
                {"name": a.name, "type": a.content_type, "size": len(a.data)} for a in self.mail.attachments[:100]
            ],
        }


@dataclass(frozen=True)
class Desk:
    """What every reading asks of the database, so that a batch of mails asks it once."""

    mailboxes: list[Mailbox]
    ours: frozenset[str]
    known: dict[str, Customer]

    @classmethod
    def for_mails(cls, mails: Iterable[ParsedMail]) -> Desk:
        """The mailboxes, and who of the senders is known: two queries."""
        mailboxes = list(Mailbox.objects.all())
        senders = {mail.sender.email for mail in mails if mail.sender}
        return cls(mailboxes, signing.own_addresses(mailboxes), find_by_emails(senders) if senders else {})


def open_mail(raw: bytes) -> ParsedMail:
    """The mail in the bytes. Asks nobody. Raises UnparsableMail."""
    return parse(raw, Limits(max_bytes=settings.MAX_MAIL_MB * 2**20))


def read(raw: bytes, mailbox: Mailbox | None = None, envelope_to: tuple[str, ...] = (), trusted: bool = True) -> Letter:
    """Read and decide. `trusted`: the mail came over a road on which our border host's verdict can be believed.

    Raises UnparsableMail only.
    """
    mail = open_mail(raw)
    return understand(mail, Desk.for_mails([mail]), mailbox, envelope_to, trusted)


def understand(
    mail: ParsedMail, desk: Desk, mailbox: Mailbox | None, envelope_to: tuple[str, ...], trusted: bool
) -> Letter:
    """As read(), for a mail that was opened and a desk that knows its sender."""
    verdict = classify(mail, desk.ours, signing.own_ids())
    addressed = _addressed(mail, envelope_to)
    mailbox = mailbox or _mailbox_of(addressed, desk.mailboxes)
    vouched = authentication.verdict_on_sender(mail, settings.TRUSTED_AUTHSERV_ID) if trusted else authentication.NONE
    customer = desk.known.get(mail.sender.email) if mail.sender else None
    pointed = candidates(mail, addressed, desk.mailboxes, customer) if verdict.kind == CUSTOMER else []
    claim = agent_answers.judge(mail, vouched, addressed, desk.mailboxes) if verdict.kind == CUSTOMER else None
    folded, visible, quoted = fold_mail(mail)
    shown, history = sanitise(visible), sanitise(quoted)
    warnings = [*mail.warnings, folded.warning, f"html_{shown.refused}" if shown.refused else ""]
    if mail.sender and any(address.email != mail.sender.email for address in mail.reply_to):
        warnings.append("reply_to_differs")
    if vouched == authentication.FAIL:
        warnings.append("sender_forged")
    return Letter(
        mail=mail,
        verdict=verdict,
        folded=folded,
        html=shown.html,
        quoted_html=history.html,
        authentication=vouched,
        mailbox=mailbox,
        customer=customer,
        candidates=tuple(pointed),
        decision=_of_agent(claim) if claim else _decide(mail, verdict, vouched, pointed),
        warnings=tuple(filter(None, dict.fromkeys(warnings))),
        others=_others(mail, desk.ours),
        words=fingerprints.of_words(mail),
    )


def _of_agent(claim: agent_answers.Claim) -> Decision:
    """Only an answer that holds names its agent; any other waits at the ticket for somebody to look at it."""
    if claim.holds:
        return Decision(AGENT, claim.reason, claim.ticket_id, claim.agent_id)
    return Decision(HOLD, claim.reason, claim.ticket_id)


def _decide(mail: ParsedMail, verdict: Verdict, vouched: str, pointed: list[Candidate]) -> Decision:
    if verdict.kind != CUSTOMER:
        return Decision(IGNORE, verdict.kind)
    strong = [candidate for candidate in pointed if candidate.holds]
    at = strong[0].ticket_id if strong else None
    if mail.sender is None:
        return Decision(HOLD, f"sender_{mail.sender_problem}", at)
    if mail.sender.name_claims_other and vouched != authentication.PASS:
        return Decision(HOLD, "name_claims_other_address", at)
    if not strong:
        return _by_number_alone(vouched, pointed)
    if Agent.objects.filter(email__iexact=mail.sender.email).exists():
        return Decision(HOLD, "agent_by_mail", at)
    if vouched == authentication.FAIL:
        return Decision(HOLD, "sender_forged", at)
    own = next((candidate for candidate in strong if candidate.takes_part), None)
    if own is None:
        return Decision(HOLD, "sender_unknown_to_ticket", at)
    if is_another_subject(mail, own.title):
        return Decision(RELATED, "another_subject", own.ticket_id)
    return Decision(APPEND, own.rule, own.ticket_id)


def _addressed(mail: ParsedMail, envelope_to: tuple[str, ...]) -> list[str]:
    """Every address that the mail was sent to, the envelope first."""
    return list(dict.fromkeys([*map(str.lower, envelope_to), *mail.delivered_to, *(a.email for a in mail.recipients)]))


def _mailbox_of(addressed: list[str], mailboxes: list[Mailbox]) -> Mailbox | None:
    """The mailbox that the mail was written to: the first that is named, plus part or not."""
    owners = {address: mailbox for mailbox in reversed(mailboxes) for address in signing.own_addresses([mailbox])}
    for address in addressed:
        mailbox = owners.get(address) or owners.get(signing.plain_address(address))
        if mailbox:
            return mailbox
    return None


def _others(mail: ParsedMail, ours: frozenset[str]) -> tuple[str, ...]:
    """Who else was written to; our own addresses are stripped."""
    sender = mail.sender.email if mail.sender else ""
    emails = (address.email for address in mail.recipients)
    return tuple(e for e in emails if e != sender and e not in ours and signing.plain_address(e) not in ours)


def _by_number_alone(vouched: str, pointed: list[Candidate]) -> Decision:
    """A number in the subject proves nothing: who writes in the name of somebody on that ticket waits beside it, unless
    our mail host vouches for the sender; whoever else writes it opens a ticket like everybody."""
    named = next((candidate for candidate in pointed if candidate.takes_part), None)
    if named is not None and vouched != authentication.PASS:
        return Decision(HOLD, "number_alone", named.ticket_id)
    return Decision(OPEN)
