"""A raw mail as facts: who, what, when and which files. Bytes in, one frozen value out; no input may raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from channels.mime_addresses import Address, parse_addresses
from channels.mime_body import Body, read_body
from channels.mime_headers import decode_words, message_ids, single_id, unfold
from channels.mime_parts import Attachment, Limits, Tree, read_tree
from helpdesk.lib.text import clean, one_line

__all__ = ["Address", "Attachment", "Limits", "ParsedMail", "UnparsableMail", "parse"]


class UnparsableMail(Exception):
    """Nothing at all can be read; the raw bytes stay stored and the mail is shown as failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ParsedMail:
    """What one mail says. `sender` is None unless it names exactly one address; `sender_problem` then says why."""

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    senders: tuple[Address, ...]
    sender: Address | None
    sender_problem: str
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    text_from_html: bool
    attachments: tuple[Attachment, ...]
    languages: tuple[str, ...]
    authentication_results: tuple[tuple[str, str], ...]
    content_type: str
    report_type: str
    warnings: tuple[str, ...] = ()
    index: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def header(self, name: str) -> str:
        """The first value of a header, decoded, "" when the mail has none. It is what a stranger wrote."""
        return next(iter(self.index.get(name.lower(), ())), "")

    def header_all(self, name: str) -> tuple[str, ...]:
        return self.index.get(name.lower(), ())

    @property
    def recipients(self) -> tuple[Address, ...]:
        """To and Cc in order, each address once."""
        return tuple({address.email: address for address in reversed(self.to + self.cc)}.values())[::-1]

    @property
    def delivered_to(self) -> tuple[str, ...]:
        """Addresses that the mail was brought to, as the hosts on its way noted them; not proof of anything."""
        names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to")
        values = [value for name in names for value in self.header_all(name)[:5]]
        return tuple(dict.fromkeys(a.email for value in values for a in parse_addresses(value, 20).addresses))


def parse(raw: bytes, limits: Limits | None = None) -> ParsedMail:
    """Read a mail. Raises only UnparsableMail, and only when there is nothing to read."""
    limits = limits or Limits()
    if not raw.strip(b"\x00 \t\r\n\x1a"):
        raise UnparsableMail("empty")
    tree = read_tree(raw, limits)
    body = read_body(tree, limits)
    return _Reader(tree, limits, body).mail()


class _Reader:
    """Reads the headers of one mail; 8-bit headers are helped by the charset that the body declares."""

    def __init__(self, tree: Tree, limits: Limits, body: Body) -> None:
        self.limits, self.body, self.tree = limits, body, tree
        self.warnings = [*tree.warnings, *body.warnings]
        self.raw: dict[str, list[str]] = {}
        self.headers: list[tuple[str, str]] = []
        for name, value in tree.headers():
            if len(value) > limits.max_header:
                self._warn("header_too_long")
                value = value[: limits.max_header]
            unfolded = unfold(value, body.charset)
            self.raw.setdefault(name.lower(), []).append(unfolded)
            self.headers.append((one_line(name, 100), one_line(decode_words(unfolded), 4000)))

    def mail(self) -> ParsedMail:
        senders, problem = self._senders()
        sender = senders[0] if len(senders) == 1 and not problem else None
        if sender and sender.name_claims_other:
            self._warn("name_claims_other_address")
        index: dict[str, tuple[str, ...]] = {}
        for name, value in self.headers:
            index[name.lower()] = (*index.get(name.lower(), ()), value)
        main, parameters = self.tree.content_type
        return ParsedMail(
            message_id=self._message_id(),
            in_reply_to=message_ids(self._first("in-reply-to"), 20),
            references=message_ids(" ".join(self.raw.get("references", [])[:3])),
            senders=senders,
            sender=sender,
            sender_problem=problem,
            reply_to=self._addresses("reply-to"),
            to=self._addresses("to"),
            cc=self._addresses("cc"),
            subject=self._subject(),
            date=self._date(),
            headers=tuple(self.headers),
            text=self.body.text,
            html=self.body.html,
            text_from_html=self.body.text_from_html,
            attachments=self.body.attachments,
            languages=self._languages(),
            authentication_results=tuple(map(_verdict, self.raw.get("authentication-results", [])[:50])),
            content_type=main,
            report_type=parameters.get("report-type", "").lower(),
            warnings=tuple(dict.fromkeys(self.warnings)),
            index=index,
        )

    def _first(self, name: str) -> str:
        return next(iter(self.raw.get(name, ())), "")

    def _warn(self, code: str) -> None:
        self.warnings.append(code)

    def _senders(self) -> tuple[tuple[Address, ...], str]:
        lists = [parse_addresses(value, 50) for value in self.raw.get("from", [])[:20]]
        senders = tuple(dict.fromkeys(address for item in lists for address in item.addresses))
        problem = next((item.problem for item in lists if item.problem), "")
        if len(lists) > 1:
            problem = "several_from_headers"
        elif problem:
            pass
        elif not senders:
            problem = "missing"
        elif len(senders) > 1:
            problem = "several"
        return senders, problem

    def _addresses(self, name: str) -> tuple[Address, ...]:
        found: dict[str, Address] = {}
        for value in self.raw.get(name, [])[:20]:
            for address in parse_addresses(value, self.limits.max_addresses).addresses:
                found.setdefault(address.email, address)
        if len(found) >= self.limits.max_addresses:
            self._warn("too_many_addresses")
        return tuple(found.values())[: self.limits.max_addresses]

    def _message_id(self) -> str:
        values = self.raw.get("message-id", [])
        if len(values) > 1:
            self._warn("several_message_ids")
        return next((found for found in map(single_id, values) if found), "")

    def _subject(self) -> str:
        return one_line(decode_words(self._first("subject")), 2000)

    def _date(self) -> datetime | None:
        """When the sender's clock says it was written: a claim, never used for order or for promises."""
        value = self._first("date")[:200]
        try:
            moment = parsedate_to_datetime(value)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            return None
        return moment if 1970 <= moment.year <= 2100 else None

    def _languages(self) -> tuple[str, ...]:
        """What the mail itself says about its language, best first ("da", "pt")."""
        values = ",".join(self.raw.get("content-language", []) + self.raw.get("accept-language", []))[:200]
        codes = (clean(item).split(";")[0].strip().lower()[:2] for item in values.split(","))
        return tuple(dict.fromkeys(code for code in codes if code.isalpha() and len(code) == 2))


def _verdict(value: str) -> tuple[str, str]:
    """The authserv-id of an Authentication-Results header (comments left out) and the header's own words."""
    outside, depth = [], 0
    for char in value[:4000]:
        depth += char == "("
        if not depth:
            outside.append(char)
        depth -= char == ")" and depth > 0
    words = "".join(outside).partition(";")[0].split()
    return (words[0].lower() if words else "", one_line(value, 4000))
