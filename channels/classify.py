"""Whether a person wrote a mail for us to answer, or a machine did; and what a bounce tells about whom."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from channels.bounces import Report, free_text_bounce, read_report
from channels.mime import ParsedMail
from channels.wordlists import AWAY_BODY, AWAY_SUBJECT

LOOP_HEADER = "X-Helpdesk-Loop"
"""Set on every mail that we send, with a value that only this installation uses."""

CUSTOMER, AUTO_REPLY, BOUNCE, DELIVERY_NOTICE = "customer", "auto_reply", "bounce", "delivery_notice"
MAILING_LIST, FEEDBACK_REPORT, LOOP, AUTOMATED = "mailing_list", "feedback_report", "loop", "automated"

_DAEMON = re.compile(r"(mailer-?daemon|mail-?daemon|postmaster|mailer|maildelivery|mail\.delivery)(@|$|[+._-])", re.I)
_NO_REPLY = re.compile(r"^(no|do-?not|donot)[._-]?(reply|respond|answer)|^(bounces?|notifications?)[+@-]", re.I)
_SCANNER = re.compile(
    r"(virus|antivirus|spam|content)[ -]?(found|filter|scanner|alert|detected)|infected (message|mail)", re.I
)
_CHALLENGE = re.compile(r"\(action required\)|challenge[- ]response|confirm (that )?you(r e-?mail)? (are|sent)", re.I)
_RECEIPT = re.compile(r"^(read|gelesen|lu|læst|lest|przeczytano|прочитано|leído|letto)\s*:", re.I)


@dataclass(frozen=True)
class Verdict:
    """The kind of a mail and every sign that was seen; only `customer` opens, joins or reopens a ticket."""

    kind: str
    reasons: tuple[str, ...] = ()
    bounced_address: str = ""
    bounced_message_id: str = ""
    dsn_status: str = ""
    may_answer: bool = True
    """Whether an automatic answer may go out; false also for people behind a no-reply address or a null return path."""


def classify(
    mail: ParsedMail, own_addresses: Set[str] = frozenset(), own_domain_ids: Set[str] = frozenset()
) -> Verdict:
    """Tell the kind. `own_addresses` are our mailboxes in lower case.

    `own_domain_ids` are the right sides of our Message-IDs and the values of our loop header.
    """
    signs = _Signs(mail, own_addresses, own_domain_ids)
    report = read_report(mail)
    kind = signs.loop() or _reported(mail, signs, report) or signs.automatic()
    if kind == CUSTOMER:
        return Verdict(kind, tuple(signs.reasons), may_answer=not signs.quiet())
    bounced = report if kind in (BOUNCE, DELIVERY_NOTICE) else Report()
    return Verdict(kind, tuple(signs.reasons), bounced.address, bounced.message_id, bounced.status, False)


def _reported(mail: ParsedMail, signs: _Signs, report: Report) -> str:
    if report.feedback:
        return signs.seen("feedback_report", FEEDBACK_REPORT)
    if signs.challenge():
        return signs.seen("challenge", AUTOMATED)
    if report.action in ("failed", "undeliverable"):
        return signs.seen("delivery_status_failed", BOUNCE)
    if report.action:
        return signs.seen(f"delivery_status_{report.action}", DELIVERY_NOTICE)
    if report.receipt or (_RECEIPT.match(mail.subject) and signs.null_path and not mail.text.strip()):
        return signs.seen("read_receipt", DELIVERY_NOTICE)
    found = free_text_bounce(mail, from_daemon=signs.from_daemon, null_path=signs.null_path)
    if found == "delayed":
        return signs.seen("delay_in_words", DELIVERY_NOTICE)
    return signs.seen("failure_in_words", BOUNCE) if found else ""


class _Signs:
    """The headers and words that tell machines from people."""

    def __init__(self, mail: ParsedMail, own_addresses: Set[str], own_ids: Set[str]) -> None:
        self.mail, self.own_addresses, self.own_ids = mail, own_addresses, own_ids
        self.reasons: list[str] = []
        self.auto_submitted = mail.header("auto-submitted").split(";")[0].split("(")[0].strip().lower()
        self.precedence = mail.header("precedence").strip().lower()
        self.null_path = any(value.strip() == "<>" for value in mail.header_all("return-path")[:3])
        first = mail.senders[0].email if mail.senders else mail.header("from").lower()
        path = mail.header("return-path").strip("<> ")
        self.from_daemon = bool(_DAEMON.match(first) or _DAEMON.match(path) or "mailer-daemon" in first)
        self.no_reply = bool(_NO_REPLY.match(first))

    def seen(self, reason: str, kind: str) -> str:
        self.reasons.append(reason)
        return kind

    def loop(self) -> str:
        if self.own_ids & {value.strip().lower() for value in self.mail.header_all(LOOP_HEADER)}:
            return self.seen("own_loop_header", LOOP)
        if self.mail.message_id.rpartition("@")[2].lower() in self.own_ids:
            return self.seen("own_message_id", LOOP)
        if any(self._is_ours(address.email) for address in self.mail.senders):
            return self.seen("own_address", LOOP)
        return ""

    def _is_ours(self, email: str) -> bool:
        local, _at, domain = email.rpartition("@")
        return email in self.own_addresses or f"{local.partition('+')[0]}@{domain}" in self.own_addresses

    def _our_own_list(self) -> bool:
        """A group address of ours that hands on what customers write to it: its members are us."""
        names = re.findall(r"[\w.+-]+@[\w.-]+", self.mail.header("list-post").lower())
        named = re.search(r"<([\w.+-]+)>", self.mail.header("list-id").lower())
        dotted = {address.replace("@", ".", 1) for address in self.own_addresses}
        return any(map(self._is_ours, names)) or bool(named and named.group(1) in dotted)

    def challenge(self) -> bool:
        return bool(_CHALLENGE.search(self.mail.subject)) and (self.no_reply or bool(self.mail.report_type))

    def automatic(self) -> str:
        mail = self.mail
        if self._away():
            return AUTO_REPLY
        if self.auto_submitted and self.auto_submitted != "no":
            kind = AUTO_REPLY if self.auto_submitted.startswith("auto-replied") else AUTOMATED
            return self.seen("auto_submitted", kind)
        if self._our_own_list():
            return CUSTOMER
        if mail.header("list-id") or mail.header("list-post") or mail.header("mailing-list"):
            return self.seen("list_header", MAILING_LIST)
        if self.precedence == "list" or mail.header("x-mailing-list") or mail.header("x-beenthere"):
            return self.seen("precedence_list", MAILING_LIST)
        if self.precedence in ("bulk", "junk"):
            return self.seen("precedence_bulk", AUTOMATED)
        if _SCANNER.search(mail.subject) and (self.no_reply or self.from_daemon):
            return self.seen("scanner_notice", AUTOMATED)
        if self.from_daemon and self.null_path:
            return self.seen("daemon_without_return_path", AUTOMATED)
        return CUSTOMER

    def _away(self) -> bool:
        """An absence notice: said by a header, or by a subject, or by words together with a machine's header."""
        mail = self.mail
        by_header = (
            self.auto_submitted in ("auto-replied", "auto-notified")
            or self.precedence == "auto_reply"
            or any(
                mail.header(name) for name in ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply")
            )
            or mail.header("x-autogenerated").lower() in ("reply", "group", "letter")
            or mail.header("delivered-to").lower() == "autoresponder"
        )
        by_subject = bool(AWAY_SUBJECT.search(mail.subject[:300]))
        machine = bool(self.null_path or self.precedence in ("bulk", "junk") or mail.header("x-auto-response-suppress"))
        by_words = machine and bool(AWAY_BODY.search(mail.text[:3000]))
        for seen, reason in ((by_header, "auto_reply_header"), (by_subject, "away_subject"), (by_words, "away_words")):
            if seen:
                self.reasons.append(reason)
        return by_header or by_subject or by_words

    def quiet(self) -> bool:
        """Signs that forbid an automatic answer although a person may have written."""
        suppress = self.mail.header("x-auto-response-suppress").lower()
        signs = {
            "null_return_path": self.null_path,
            "no_reply_address": self.no_reply or self.from_daemon,
            "auto_response_suppress": bool(suppress) and suppress != "none",
            "bulk": self.precedence in ("bulk", "junk", "list"),
            "unsubscribe_header": bool(self.mail.header("list-unsubscribe")),
        }
        self.reasons += [name for name, seen in signs.items() if seen]
        return any(signs.values())
