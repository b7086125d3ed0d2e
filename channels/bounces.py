"""Delivery reports: the formal ones (RFC 3464), and the ones that mail servers write in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from channels.mime import ParsedMail
from channels.mime_addresses import normal_email
from channels.mime_headers import single_id
from channels.wordlists import DELAY, FAILURE_BODY, FAILURE_SUBJECT

_FIELD = re.compile(r"^([A-Za-z-]{2,40})[ \t]*:[ \t]*(.{0,2000}(?:\n[ \t].{0,2000}){0,10})", re.M)
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])(5\d\d)[ -]")
_COPY = re.compile(
    r"^.{0,60}(?:copy of (?:the|your) message|original message|message headers|message (?:text )?follows|"
    r"unsent message below|"
    r"ursprüngliche nachricht|included below|returned message|message header)",
    re.I | re.M,
)
_NESTED_ID = re.compile(r"^message-id[ \t]*:[ \t\r\n]*(<[^<>\s]{1,900}>|\S{3,900})", re.I | re.M)
_NESTED_TO = re.compile(r"^to[ \t]*:(.{0,1000})", re.I | re.M)
_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status")


@dataclass(frozen=True)
class Report:
    """What a report says: the action in lower case ("" when it is none), whose address, which message, which status."""

    action: str = ""
    address: str = ""
    message_id: str = ""
    status: str = ""
    feedback: bool = False
    receipt: bool = False


def read_report(mail: ParsedMail) -> Report:
    """Read the machine-readable parts, and fill the gaps from the words and the returned copy."""
    action = address = status = ""
    feedback = mail.report_type == "feedback-report"
    receipt = mail.report_type == "disposition-notification"
    for part in mail.attachments[:100]:
        kind = part.declared_type
        feedback = feedback or kind == "message/feedback-report"
        receipt = receipt or kind == "message/disposition-notification"
        if kind in _REPORT_TYPES:
            action, address, status = _strongest(part.data.decode("utf-8", "replace"), (action, address, status))
    if not action and mail.report_type == "delivery-status":
        action, address, status = _strongest(mail.text[:50_000], ("", "", ""))
    words = mail.text[:20_000]
    if not action and status:
        action = {"5": "failed", "4": "delayed", "2": "delivered"}[status[0]]
    if not action and mail.report_type == "delivery-status":
        action = "delayed" if DELAY.search(mail.subject) else "failed"
    refused = "reject" in f"{mail.subject} {mail.header('auto-submitted')}".lower() or FAILURE_BODY.search(words)
    if receipt and not action and refused and re.match(r"mailer-daemon|postmaster", _first_sender(mail)):
        receipt, action = False, "failed"
    return Report(
        action, address or _named(mail, words), _bounced_id(mail), status or _status(words), feedback, receipt
    )


def _first_sender(mail: ParsedMail) -> str:
    return mail.senders[0].email if mail.senders else ""


_RANK = {"": 0, "relayed": 1, "expanded": 1, "delivered": 1, "delayed": 2, "failed": 3, "undeliverable": 3}


def _strongest(text: str, best: tuple[str, str, str]) -> tuple[str, str, str]:
    """The recipient block that matters most: one failure among successes is a failure."""
    for block in re.split(r"\n[ \t]*\r?\n", text.replace("\r\n", "\n")[:200_000])[:200]:
        fields = {name.lower(): value.strip() for name, value in _FIELD.findall(block)}
        action = re.split(r"[\s(;]", fields.get("action", "").lower(), maxsplit=1)[0]
        recipient = fields.get("original-recipient") or fields.get("final-recipient", "")
        final = fields.get("final-recipient") or recipient
        status = _STATUS.search(fields.get("status", ""))
        if action and _RANK.get(action, 0) > _RANK[best[0]]:
            address = _address_in(final.rpartition(";")[2]) or _address_in(recipient.rpartition(";")[2])
            best = (action, address, status.group(1) if status else best[2])
        elif not action and status and not best[0]:
            best = ("", _address_in(final.rpartition(";")[2]) or best[1], status.group(1))
    return best


def free_text_bounce(mail: ParsedMail, *, from_daemon: bool, null_path: bool) -> str:
    """ "failed", "delayed" or "": a daemon's words count alone, anybody else's only when all signs agree."""
    words = mail.text[:8_000]
    subject = FAILURE_SUBJECT.search(mail.subject)
    body = FAILURE_BODY.search(words)
    carries = any(part.declared_type in _REPORT_TYPES for part in mail.attachments)
    if mail.header("x-failed-recipients") and (from_daemon or null_path or subject):
        return "delayed" if DELAY.search(mail.subject) else "failed"
    if not (from_daemon or null_path or carries or (not mail.senders and subject)):
        return ""
    if DELAY.search(mail.subject) or (DELAY.search(words) and not body):
        return "delayed" if from_daemon else ""
    if subject and (body or from_daemon or null_path):
        return "failed"
    return "failed" if body and from_daemon else ""


def _address_in(text: str) -> str:
    match = _ADDRESS.search(text)
    return normal_email(match.group(0)) if match else ""


def _named(mail: ParsedMail, words: str) -> str:
    """The first address that the server complains about: before the returned copy, and not the one it wrote to."""
    failed = _address_in(mail.header("x-failed-recipients"))
    if failed:
        return failed
    copy = _COPY.search(words)
    ours = {address.email for address in mail.to} | {address.email for address in mail.senders}
    for match in _ADDRESS.finditer(words[: copy.start()] if copy else words):
        email = normal_email(match.group(0))
        if email and email not in ours and not email.startswith(("postmaster@", "mailer-daemon@", "abuse@")):
            return email
    nested = next((m for m in (_NESTED_TO.search(text) for text in _copies(mail)) if m), None)
    return _address_in(nested.group(1)) if nested else ""


def _status(words: str) -> str:
    match = _STATUS.search(words)
    if match:
        return match.group(1)
    return "5.0.0" if _REPLY_CODE.search(words) else ""


def _bounced_id(mail: ParsedMail) -> str:
    """The Message-ID of the returned mail: in the attached copy, in the words, else what the report answers to."""
    for text in _copies(mail):
        match = _NESTED_ID.search(text)
        if match:
            return single_id(match.group(1))
    return (mail.in_reply_to or mail.references[-1:] or ("",))[0]


def _copies(mail: ParsedMail) -> list[str]:
    kinds = (
        "message/rfc822",
        "text/rfc822-headers",
        "message/global",
        "message/global-headers",
        "message/rfc822-headers",
    )
    nested = [p.data[:65_536].decode("utf-8", "replace") for p in mail.attachments[:50] if p.declared_type in kinds]
    copy = _COPY.search(mail.text[:50_000])
    return [*nested, mail.text[copy.start() : copy.start() + 50_000] if copy else mail.text[:50_000]]
