"""Raw mails of every sort: what is read, what is refused, and that nothing raises."""

# ruff: noqa: E501 - tables of words and mails read better unbroken

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels.mime import Limits, ParsedMail, UnparsableMail, parse
from channels.mime_names import safe_name
from tests.cpu import cpu_below


def mail(*headers: str, body: str | bytes = "Hello") -> bytes:
    head = "\r\n".join(headers).encode("utf-8", "surrogateescape")
    return head + b"\r\n\r\n" + (body if isinstance(body, bytes) else body.encode())


def read(*headers: str, body: str | bytes = "Hello") -> ParsedMail:
    return parse(mail(*headers, body=body))


def attached(disposition: str, data: str = "x", content_type: str = "application/octet-stream") -> ParsedMail:
    return read(
        "From: kim@example.com",
        "Content-Type: multipart/mixed; boundary=b",
        body=f"--b\r\n\r\nHello\r\n--b\r\nContent-Type: {content_type}\r\nContent-Disposition: {disposition}\r\n\r\n{data}\r\n--b--\r\n",
    )


def test_an_ordinary_mail_is_read_whole() -> None:
    found = read(
        "From: =?utf-8?q?S=C3=B8ren_Berg?= <Soren@Example.com>",
        "To: Support <support@helpdesk.test>, sales@helpdesk.test",
        "Cc: eva@example.com",
        "Reply-To: desk@example.com",
        "Subject: =?iso-8859-1?q?K=E6re?= venner",
        "Date: Sun, 22 Nov 2026 10:00:00 +0100",
        "Message-ID: <one@example.com>",
        "In-Reply-To: <two@helpdesk.test>",
        "References: <zero@helpdesk.test>\r\n <two@helpdesk.test> <zero@helpdesk.test>",
        "Content-Type: text/plain; charset=utf-8",
        body="Hej, æøå",
    )

    assert found.sender is not None
    assert (found.sender.name, found.sender.email) == ("Søren Berg", "soren@example.com")
    assert [a.email for a in found.to] == ["support@helpdesk.test", "sales@helpdesk.test"]
    assert [a.email for a in found.cc] == ["eva@example.com"]
    assert [a.email for a in found.reply_to] == ["desk@example.com"]
    assert found.subject == "Kære venner"
    assert found.date == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    assert (found.message_id, found.in_reply_to) == ("one@example.com", ("two@helpdesk.test",))
    assert found.references == ("zero@helpdesk.test", "two@helpdesk.test")
    assert (found.text, found.html, found.attachments, found.warnings) == ("Hej, æøå", "", (), ())


def test_control_headers_inside_a_nested_message_are_only_bytes_of_a_file() -> None:
    """A07: neither our header names nor any other header of a nested message speaks for the mail that carries it."""
    inner = (
        "Subject: Inner\r\nFrom: boss@example.com\r\nX-Helpdesk-Loop: ours\r\nAuto-Submitted: auto-replied\r\n"
        "Authentication-Results: mx.ours; dmarc=pass\r\nIn-Reply-To: <token@helpdesk.test>\r\n\r\nInner words"
    )
    found = read(
        "From: mal@evil.test",
        "Content-Type: multipart/mixed; boundary=b",
        body=f"--b\r\n\r\nOuter\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n",
    )

    assert found.text == "Outer"
    assert [a.email for a in found.senders] == ["mal@evil.test"]
    assert (found.in_reply_to, found.authentication_results) == ((), ())
    assert (found.header("x-helpdesk-loop"), found.header("auto-submitted")) == ("", "")
    assert [(a.name, a.content_type, a.data.decode()) for a in found.attachments] == [
        ("Inner.eml", "message/rfc822", inner)
    ]


def test_every_verdict_header_keeps_its_place_and_its_author() -> None:
    """A08: whoever decides later sees which line stood on top, and comments cannot move the author's name."""
    found = read(
        "Authentication-Results: mx.ours 1;\r\n dmarc=fail header.from=example.org",
        "Received: from evil.test by mx.ours",
        "Authentication-Results: (mx.theirs;) mx.ours; dmarc=pass header.from=example.org",
        "ARC-Authentication-Results: i=1; mx.ours; dmarc=pass",
        "Authentication-Results: mx.other (mx.ours; dmarc=pass); dmarc=none",
        "From: ca@example.org",
    )

    assert [(author, "dmarc=pass header" in raw) for author, raw in found.authentication_results] == [
        ("mx.ours", False),
        ("mx.ours", True),
        ("mx.other", False),
    ]


@pytest.mark.parametrize(
    ("headers", "emails", "problem"),
    [
        (["From: a@x.test", "From: b@y.test"], ["a@x.test", "b@y.test"], "several_from_headers"),
        (["From: a@x.test", "From: a@x.test"], ["a@x.test"], "several_from_headers"),
        (["From: a@x.test, b@y.test"], ["a@x.test", "b@y.test"], "several"),
        (["From: g: a@x.test; b@y.test"], ["a@x.test", "b@y.test"], "group"),
        (["From: Friends: a@x.test;"], ["a@x.test"], "group"),
        (["From: ca@alpha.test)mal@evil.test"], [], "malformed"),
        (["From: ca@alpha.test(<mal@evil.test>"], ["ca@alpha.test"], "malformed"),
        (["From: <ca@alpha.test> <mal@evil.test>"], ["ca@alpha.test", "mal@evil.test"], "malformed"),
        (["From: <ca@alpha.test>, <mal@evil.test"], ["ca@alpha.test", "mal@evil.test"], "malformed"),
        (["From: ca@alpha.test mal@evil.test"], [], "malformed"),
        (["From: a@["], [], "malformed"),
        (["From: "], [], "missing"),
        (["From: <>"], [], "missing"),
        (["From: Nobody"], [], "malformed"),
        (["To: a@x.test"], [], "missing"),
    ],
)
def test_a_mail_that_does_not_name_exactly_one_sender_has_none(
    headers: list[str], emails: list[str], problem: str
) -> None:
    """A09"""
    found = read(*headers)

    assert found.sender is None
    assert found.sender_problem == problem
    assert [a.email for a in found.senders] == emails


@pytest.mark.parametrize(
    ("value", "name", "email"),
    [
        ('"CA <ca@alpha.test>" <mal@evil.test>', "CA <ca@alpha.test>", "mal@evil.test"),
        ("ca@alpha.test <mal@evil.test>", "ca@alpha.test", "mal@evil.test"),
        ("=?utf-8?q?ca=40alpha=2Etest?= <mal@evil.test>", "ca@alpha.test", "mal@evil.test"),
    ],
)
def test_a_display_name_never_decides_and_its_trick_is_told(value: str, name: str, email: str) -> None:
    """A09"""
    found = read(f"From: {value}")

    assert found.sender is not None
    assert (found.sender.name, found.sender.email) == (name, email)
    assert found.sender.name_claims_other
    assert "name_claims_other_address" in found.warnings


@pytest.mark.parametrize(
    ("value", "name", "email"),
    [
        ("kim@example.com", "", "kim@example.com"),
        ("<kim@example.com>", "", "kim@example.com"),
        ("kim@example.com (Kim Berg)", "Kim Berg", "kim@example.com"),
        ('"Berg, Kim" <kim@example.com>', "Berg, Kim", "kim@example.com"),
        ("=?utf-8?q?Berg=2C_Kim?= <kim@example.com>", "Berg, Kim", "kim@example.com"),
        ("=?utf-8?q?Kim_=3Ckim=40example.com=3E?=", "Kim", "kim@example.com"),
        ('"Kim" (at work) <kim@example.com>', "Kim", "kim@example.com"),
        ("O'Neil <o'neil+x@example.com>", "O'Neil", "o'neil+x@example.com"),
        ("Józef <józef@żółw.test>", "Józef", "józef@żółw.test"),
        ('"very odd"@example.com', "", '"very odd"@example.com'),
    ],
)
def test_one_address_is_found_however_it_is_written(value: str, name: str, email: str) -> None:
    found = read(f"From: {value}")

    assert found.sender is not None
    assert (found.sender.name, found.sender.email, found.sender_problem) == (name, email, "")


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\x.dll", "x.dll"),
        ("..\\..\\x.txt", "x.txt"),
        ("a\x00b.txt", "a b.txt"),
        ("%2e%2e%2fx.txt", "_2e_2e_2fx.txt"),
        ("..", ""),
        (".htaccess", "htaccess"),
        ("\u200b.htaccess", "htaccess"),
        ("\ufeff.\u200bhtaccess", "htaccess"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("x.php. . .", "x.php"),
        ("con.txt", "_con.txt"),
        ("NUL", "_NUL"),
        ("a\r\nContent-Type: text/html", "html"),
        ("Faktura nr. 7, æøå.pdf", "Faktura nr. 7, æøå.pdf"),
        ("🎉.png", "🎉.png"),
    ],
)
def test_a_file_name_is_a_name_and_nothing_else(name: str, stored: str) -> None:
    """D01, D02, G06: decided on the final name, after everything invisible is gone."""
    assert safe_name(name) == stored


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".pdf", "x." + "y" * 300, "." * 5_000, "🎉" * 400 + ".txt", "\udcff\udcfe.bin", "a" * 10**6]
)
def test_a_pathological_name_is_shortened_at_once(name: str) -> None:
    """D09: at most 150 bytes, its short extension kept, at little cost."""
    with cpu_below(2.0):
        stored = safe_name(name)

    assert len(stored.encode()) <= 150
    assert not name.endswith((".pdf", ".txt", ".bin")) or stored.endswith(name[-4:])
    assert safe_name(stored) == stored


def test_names_that_disagree_yield_one_safe_name() -> None:
    """D01: the extended parameter wins, and is cleaned like any other."""
    found = attached("attachment; filename=good.txt; filename*=utf-8''..%2F..%2Fb%C3%A5d.txt")

    assert [a.name for a in found.attachments] == ["båd.txt"]


def test_continued_and_encoded_names_are_joined() -> None:
    found = attached("attachment; filename*0*=utf-8''Ma%C3%9Fnahmen; filename*1=\" 2026\"; filename*2=.pdf")

    assert [a.name for a in found.attachments] == ["Maßnahmen 2026.pdf"]


def test_a_part_without_a_name_gets_one_that_says_so() -> None:
    found = attached("attachment", "BEGIN:VCALENDAR", "text/calendar")

    assert [(a.name, a.name_generated, a.content_type) for a in found.attachments] == [
        ("text-1.ics", True, "text/calendar")
    ]


@pytest.mark.parametrize(
    ("declared", "data", "stored"),
    [
        ("image/png", "<html><script>x</script></html>", "text/html"),
        ("image/png", "<svg onload=x>", "image/svg+xml"),
        ("image/jpeg", "just words", "text/plain"),
        ("image/png", "GIF89a;<script>", "image/gif"),
        ("application/pdf", "%PDF-1.7", "application/pdf"),
        ("text/plain", "MZ" + "x" * 80, "application/x-msdownload"),
        ("../../x", "words", "text/plain"),
    ],
)
def test_the_stored_type_is_what_the_bytes_are(declared: str, data: str, stored: str) -> None:
    """D06: a lie about the type does not survive."""
    found = attached("attachment; filename=a.bin", data, declared)

    assert [a.content_type for a in found.attachments] == [stored]


def test_twenty_thousand_parts_cost_little_and_the_words_are_kept() -> None:
    """D05"""
    body = "--b\r\n\r\nThe words\r\n" + "--b\r\n\r\nx\r\n" * 20_000 + "--b--"

    with cpu_below(4.0):
        found = read("From: kim@example.com", "Content-Type: multipart/mixed; boundary=b", body=body)

    assert found.text.startswith("The words")
    assert "too_many_parts" in found.warnings


@pytest.mark.parametrize("kind", ["multipart/mixed; boundary=b{}", "message/rfc822"])
def test_two_thousand_levels_do_not_overflow(kind: str) -> None:
    """D05, K03"""
    body = "".join(f"--b{i}\r\nContent-Type: {kind.format(i + 1)}\r\n\r\n" for i in range(2_000))

    with cpu_below(8.0):
        found = read("From: kim@example.com", "Subject: Deep", "Content-Type: multipart/mixed; boundary=b0", body=body)

    assert found.subject == "Deep"


@pytest.mark.parametrize("parameter", ["; ", ";a=", '"', "::;", "a*0*="])
def test_a_content_type_of_a_megabyte_is_read_quickly(parameter: str) -> None:
    """K03: the standard library's own reading of parameters is quadratic."""
    with cpu_below(2.0):
        found = read(
            f"Content-Type: multipart/mixed; boundary=b{parameter * (2**20 // len(parameter))}", body="The words"
        )

    assert found.text == "The words"


def test_a_mail_over_the_limit_is_read_as_far_as_the_limit() -> None:
    found = parse(mail("From: kim@example.com", body="x" * 5_000), Limits(max_bytes=1_000))

    assert found.sender is not None
    assert "too_large" in found.warnings


@pytest.mark.parametrize(
    "header",
    [
        "From: g: a@b.c; d@e.f", 'To: "', "From: a@[", "Message-ID: <a@[b>", "Date: Mon, 99 Foo 99999 99:99:99 +9999", "Date: 0",
        "Content-Type: text/plain; charset=unknown-8bit", "Content-Type: text/plain; charset=cp-850", "Content-Type: ;;;=;\"",
        "Content-Type: text/plain; charset*=x''%zz", "Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=punycode",
        "Content-Transfer-Encoding: x-uuencode", "Content-Type: multipart/mixed", "Content-Type: multipart/mixed; boundary=\"\"",
        "Subject: =?unknown?q?=FF?= =?utf-8?b?!!!?= =?utf-8?x?a?=", "Subject: \udc80\udcff\udcfe", "Subject: a\x00b", "References: " + "<" * 5_000,
        "Content-Disposition: attachment; filename*=utf-8'", "Content-Type: text/plain; charset=utf-16", "Content-Type: text/html; charset=utf-7",
        "From: " + "(" * 20_000, "From: " + '"' * 20_000, "From: " + "<" * 20_000, "From: " + "\\" * 20_000,
    ],
)  # fmt: skip
def test_no_header_raises(header: str) -> None:
    """K03"""
    with cpu_below(2.0):
        found = read(header, body="The words \xff\xfe \x00 here".encode("latin-1"))

    assert "\x00" not in repr(found)
    for value in (found.subject, found.text, *(value for _, value in found.headers)):
        value.encode("utf-8")


@pytest.mark.parametrize(
    "address",
    [
        "a@" + "x" * 250 + "!",
        "a@" + "x-" * 120 + ".!",
        "a@" + "x." * 120 + "!",
        "a" * 250 + "@",
        ("a" * 60 + "@") * 4,
        '"' + "\\a" * 120 + "@x",
    ],
)
def test_no_address_makes_the_reader_think_for_long(address: str) -> None:
    """K03: each was tried against patterns that can be read in many ways."""
    with cpu_below(1.0):
        found = read(
            f"From: <{address}>", f"To: kim@example.com, {address}", "Cc: " + ", ".join([f"<{address}>"] * 200)
        )

    assert (found.sender, found.sender_problem, found.cc) == (None, "malformed", ())
    assert [to.email for to in found.to] == ["kim@example.com"]


def test_five_thousand_recipients_are_read_quickly_and_capped() -> None:
    """K03, B05"""
    with cpu_below(2.0):
        found = read("From: kim@example.com", "To: " + ",\r\n ".join(f"n{i}@example.com" for i in range(5_000)))

    assert len(found.to) == 1_000
    assert "too_many_addresses" in found.warnings


def test_twenty_thousand_encoded_words_are_quick() -> None:
    """K03"""
    with cpu_below(3.0):
        found = read("Subject: " + "\r\n ".join(["=?utf-8?q?a?="] * 20_000))

    assert found.subject == "a" * 2_000


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\x00\x00\x00"])
def test_only_a_mail_without_anything_is_unparsable(raw: bytes) -> None:
    with pytest.raises(UnparsableMail) as refusal:
        parse(raw)

    assert refusal.value.reason == "empty"


@pytest.mark.parametrize(
    "raw", [b"\xff" * 1000, b"no header at all", b"From", b":", b"\n\nbody", bytes(range(256)) * 20]
)
def test_any_bytes_become_a_mail(raw: bytes) -> None:
    found = parse(raw)

    assert found.sender is None
    assert "\x00" not in found.text


@pytest.mark.parametrize(
    ("charset", "encoding", "words"),
    [
        ("", "utf-8", "Zażółć gęślą jaźń"), ("", "cp1250", "Zażółć gęślą jaźń"), ("", "cp1251", "Доброго дня, це рахунок"),
        ("", "koi8_u", "Доброго дня"), ("", "cp1252", "Kære Søren, på gården"), ("us-ascii", "utf-8", "på gården"),
        ("utf-8", "cp1252", "Grüße aus Köln"), ("iso-8859-1", "utf-8", "på gården i går"), ("iso-8859-1", "cp1252", "“so” – 5 €"),
        ("windows-1251", "cp1251", "Вітаю"), ("x-unknown", "utf-8", "Вітаю"), ("utf-16", "utf-16", "Hej på dig"),
    ],
)  # fmt: skip
def test_words_are_right_whatever_the_charset_claims(charset: str, encoding: str, words: str) -> None:
    parameter = f"; charset={charset}" if charset else ""

    found = read(f"Content-Type: text/plain{parameter}", body=words.encode(encoding))

    assert found.text == words


def test_flowed_text_is_joined_and_quotes_stay_apart() -> None:
    body = "A long \r\nline.\r\n> quoted \r\n> words\r\n-- \r\nKim\r\n"

    assert read("Content-Type: text/plain; format=flowed", body=body).text == "A long line.\n> quoted words\n-- \nKim"


def test_flowed_text_with_delsp_has_no_spaces_at_the_joins() -> None:
    assert read("Content-Type: text/plain; format=flowed; delsp=yes", body="日本 \r\n語\r\n".encode()).text == "日本語"


def test_html_alone_becomes_text() -> None:
    found = read("Content-Type: text/html", body="<p>Hello <b>Kim</b></p><p>Bye</p>")

    assert found.text_from_html
    assert found.text.split() == ["Hello", "Kim", "Bye"]


def test_signed_mails_show_their_words_and_keep_the_signature_as_a_file() -> None:
    body = (
        "--b\r\n\r\nSigned words\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP\r\n--b--\r\n"
    )

    found = read("Content-Type: multipart/signed; boundary=b", body=body)

    assert found.text == "Signed words"
    assert [(a.name, a.content_type) for a in found.attachments] == [("attachment-1.asc", "application/pgp-signature")]


def test_inline_images_are_files_with_their_content_id() -> None:
    body = (
        "--b\r\nContent-Type: text/html\r\n\r\n<img src=cid:logo@x>\r\n--b\r\nContent-Type: image/png\r\n"
        "Content-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
    )

    found = read("Content-Type: multipart/related; boundary=b", body=body)

    assert [(a.content_id, a.inline, a.data) for a in found.attachments] == [("logo@x", True, b"\x89PNG\r\n\x1a\n")]
