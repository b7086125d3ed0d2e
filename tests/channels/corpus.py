"""The scorer of the mail corpus: which stated facts of a mail hold in what we read from it."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.classify import Verdict, classify
from channels.mime import ParsedMail, parse
from channels.quotes import Folded
from channels.quotes_html import fold_mail
from helpdesk.lib.html_text import to_text

SOFT = {"reply_text", "signature_lines", "attachment_count", "attachment_count_min"}
FOLDER = Path(os.environ.get("HELPDESK_CORPUS") or Path(__file__).resolve().parents[3] / "shared" / "corpus") / "email"


@dataclass(frozen=True)
class Reading:
    mail: ParsedMail
    verdict: Verdict
    folded: Folded
    visible_html: str

    @property
    def shown(self) -> str:
        return words(self.folded.visible)

    @property
    def everything(self) -> str:
        return words("\n".join((self.mail.text, to_text(self.mail.html), *map(_text_of, self.mail.attachments))))


def _text_of(attachment: Any) -> str:
    return (
        attachment.data.decode("utf-8", "replace") if attachment.content_type.startswith(("text/", "message/")) else ""
    )


def words(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text.replace("\xa0", " ")).split())


def manifest() -> list[dict[str, Any]]:
    with (FOLDER / "manifest.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read(entry: dict[str, Any]) -> Reading:
    mail = parse((FOLDER / entry["file"]).read_bytes())
    folded, visible_html, _ = fold_mail(mail)
    return Reading(mail, classify(mail), folded, visible_html)


def facts(entry: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(group, key, expected): group is "stated", "hard", "derived" or "soft"."""
    for key, expected in (entry["expect"] or {}).items():
        hard = key in (entry["expect_hard"] or [])
        yield ("soft" if key in SOFT else "hard" if hard else "stated"), key, expected
    for key, expected in (entry["expect_derived"] or {}).items():
        yield "derived", key, expected


def _emails(addresses: Any) -> list[str]:
    return [address.email for address in addresses]


def _lower(values: Any) -> list[str]:
    return [str(value).lower() for value in values]


def _from_address(r: Reading, want: str) -> bool:
    return want.lower() in _emails(r.mail.senders) if want else r.mail.sender is None


def _name_matches(name: str, want: str) -> bool:
    """Equal but for the characters that a safe name may not hold."""
    bare = lambda text: re.sub(r"[^\w]", "", words(text)).lower()  # noqa: E731
    return bare(name) == bare(want) or bare(name) == bare(want.replace("\\", "/").rsplit("/", 1)[-1])


def _attachments(r: Reading, want: list[dict[str, Any]]) -> bool:
    left = list(r.mail.attachments)
    for file in want:
        found = next((a for a in left if _is_file(a, file)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _is_file(a: Any, file: dict[str, Any]) -> bool:
    return (
        (not file.get("name") or _name_matches(a.name, file["name"]))
        and ("size" not in file or len(a.data) == file["size"])
        and ("content_type" not in file or file["content_type"].lower() in (a.content_type, a.declared_type))
    )


def _shown_either(r: Reading, text: str) -> bool:
    return words(text) in r.shown or words(text) in words(to_text(r.visible_html))


_MACHINE = ("auto_reply", "bounce", "delivery_notice", "feedback_report", "loop", "automated")
_UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f]|\.\.")
CHECKS: dict[str, Callable[[Reading, Any], bool]] = {
    "from_address": _from_address,
    "from_name": lambda r, v: any(words(a.name) == words(v) for a in r.mail.senders),
    "reply_to_address": lambda r, v: v.lower() in _emails(r.mail.reply_to),
    "requester_address": lambda r, v: v.lower() in _emails(r.mail.reply_to + r.mail.senders),
    "requester_is_reply_to": lambda r, v: bool(r.mail.reply_to) == v,
    "requester_from_header": lambda r, v: bool(r.mail.header(v)),
    "to": lambda r, v: sorted(_lower(v)) == sorted(_emails(r.mail.to)),
    "cc": lambda r, v: sorted(_lower(v)) == sorted(_emails(r.mail.cc)),
    "cc_include": lambda r, v: set(_lower(v)) <= set(_emails(r.mail.cc)),
    "subject": lambda r, v: words(r.mail.subject) == words(v),
    "subject_contains": lambda r, v: all(words(x) in words(r.mail.subject) for x in ([v] if isinstance(v, str) else v)),
    "subject_min_length": lambda r, v: len(r.mail.subject) >= v,
    "message_id": lambda r, v: r.mail.message_id == v,
    "message_id_missing": lambda r, v: (not r.mail.message_id) == v,
    "in_reply_to": lambda r, v: v in r.mail.in_reply_to if v else not r.mail.in_reply_to,
    "references": lambda r, v: list(r.mail.references) == v,
    "references_include": lambda r, v: set(v) <= set(r.mail.references),
    "text_contains": lambda r, v: all(_shown_either(r, x) for x in v),
    "text_contains_any": lambda r, v: any(_shown_either(r, x) for x in v),
    "text_not_contains": lambda r, v: not any(words(x) in r.shown for x in v),
    "reply_text": lambda r, v: words(v) == r.shown,
    "signature_lines": lambda r, v: not any(words(x) in r.shown for x in v),
    "body_contains": lambda r, v: all(words(x) in r.everything for x in v),
    "text_empty": lambda r, v: (not r.mail.text.strip()) == v,
    "text_nonempty": lambda r, v: bool(r.mail.text.strip()) == v,
    "attachments": _attachments,
    "attachment_count": lambda r, v: len(r.mail.attachments) == v,
    "attachment_count_min": lambda r, v: len(r.mail.attachments) >= v,
    "attachment_names_generated": lambda r, v: any(a.name_generated for a in r.mail.attachments) == v,
    "attachment_names_safe": lambda r, v: (not any(_UNSAFE.search(a.name) for a in r.mail.attachments)) == v,
    "is_bounce": lambda r, v: (r.verdict.kind == "bounce") == v,
    "bounce_reason": lambda r, v: r.verdict.kind == "bounce",
    "is_delivery_report": lambda r, v: (r.verdict.kind in ("bounce", "delivery_notice")) == v,
    "is_automated": lambda r, v: (r.verdict.kind in _MACHINE) == v,
    "is_auto_reply": lambda r, v: (r.verdict.kind in ("auto_reply", "automated")) == v,
    "is_mailing_list": lambda r, v: (r.verdict.kind != "customer") == v,
    "feedback_report": lambda r, v: (r.verdict.kind in ("feedback_report", "automated", "auto_reply")) == v,
    "must_not_open_ticket": lambda r, v: (r.verdict.kind != "customer") == v,
    "must_not_crash": lambda r, v: True,
}
