"""Real mails with random damage: every one is read, nothing unsafe comes out, and none costs more than it should."""

# ruff: noqa: E501 - tables read better unbroken

from __future__ import annotations

import random

import pytest

from channels.authentication import verdict_on_sender
from channels.classify import classify
from channels.mime import ParsedMail, UnparsableMail, parse
from channels.quotes_html import fold_mail
from tests.channels import corpus
from tests.cpu import spent

PIECES = [
    b"\0", b"\xff", b'"', b"<", b">", b"(", b")", b";", b":", b",", b"\r\n", b"\n\n", b"=?utf-8?q?", b"?=", b"boundary=", b"charset=",
    b"%", b"''", b"*0*=", b"--", b"Content-Type: multipart/mixed; boundary=x\n", b"\x1b$B", b"base64", b"From: ", b"@", b"&#x", b"<div>",
    b"\xe2\x80\xae",
]  # fmt: skip
MAILS = 600
MOST_SECONDS = 1.0


def damaged(raw: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Cut, doubled, spliced with another mail, and strewn with what parsers stumble over."""
    mail = bytearray(raw)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(max(1, min(len(mail), 3000)))
        kind = chance.randrange(5)
        if kind == 0:
            mail[at : at + 1] = chance.choice(PIECES)
        elif kind == 1:
            mail[at:at] = chance.choice(PIECES) * chance.choice([1, 1, 50])
        elif kind == 2:
            del mail[at : at + chance.randint(1, 200)]
        elif kind == 3:
            mail[at:at] = mail[max(0, at - 300) : at]
        else:
            mail[at:at] = chance.choice(others)[:2000]
    return bytes(mail)


def every_text(mail: ParsedMail) -> list[str]:
    files = [text for a in mail.attachments for text in (a.name, a.content_type, a.content_id)]
    people = [text for a in mail.senders + mail.recipients for text in (a.name, a.email)]
    return [
        mail.subject,
        mail.text,
        mail.html,
        mail.message_id,
        *mail.references,
        *files,
        *people,
        *(v for _n, v in mail.headers),
    ]


@pytest.mark.skipif(
    not (corpus.FOLDER / "manifest.jsonl").exists(), reason=f"the mail corpus is not there ({corpus.FOLDER})"
)
def test_damaged_mails_are_read_cleanly_and_cheaply() -> None:
    """K03: seeded, so that a failure comes again."""
    chance = random.Random(2026)
    mails = [(corpus.FOLDER / entry["file"]).read_bytes() for entry in corpus.manifest() if entry["size"] < 60_000]
    for number in range(MAILS):
        raw = damaged(chance.choice(mails), mails, chance)
        before = spent()
        try:
            mail = parse(raw)
        except UnparsableMail:
            continue
        folded, _visible, _quoted = fold_mail(mail)
        classify(mail)
        verdict_on_sender(mail, "mx")
        assert spent() - before < MOST_SECONDS, number
        for text in [*every_text(mail), folded.visible, folded.quoted, folded.signature]:
            assert "\0" not in text, number
            text.encode()
        for attachment in mail.attachments:
            assert attachment.name, number
            assert not {"/", "\\", "\n"} & set(attachment.name), number
            assert ".." not in attachment.name, number
