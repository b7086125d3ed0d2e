"""New words apart from old ones, in the languages and programs that our customers use; nothing is lost."""

# ruff: noqa: E501 - tables of words and mails read better unbroken

from __future__ import annotations

import pytest

from channels.mime import parse
from channels.quotes import REPLY_MARKER, fold
from channels.quotes_html import fold_html, fold_mail
from tests.cpu import cpu_below


@pytest.mark.parametrize(
    "introduction",
    [
        "On Sun, 22 Nov 2026 at 10:00, Leo Lind <leo@helpdesk.test> wrote:",
        "On Sun, 22 Nov 2026 at 10:00, Leo Lind\n<leo@helpdesk.test> wrote:",
        "Den søn. 22. nov. 2026 kl. 10.00 skrev Leo Lind <leo@helpdesk.test>:",
        "Den 22.11.2026 10:00, skrev Leo Lind:",
        "søn. 22. nov. 2026 kl. 10:00 skrev Leo Lind <leo@helpdesk.test>:",
        "W dniu 22.11.2026 o 10:00, Leo Lind pisze:",
        "niedz., 22 lis 2026 o 10:00 Leo Lind <leo@helpdesk.test> napisał(a):",
        "нд, 22 лист. 2026 р. о 10:00 Leo Lind <leo@helpdesk.test> пише:",
        "Am 22.11.2026 um 10:00 schrieb Leo Lind:",
        "Am So., 22. Nov. 2026 um 10:00 Uhr schrieb Leo Lind <leo@helpdesk.test>:",
        "Le dim. 22 nov. 2026 à 10:00, Leo Lind <leo@helpdesk.test> a écrit :",
        "Op zo 22 nov 2026 om 10:00 schreef Leo Lind <leo@helpdesk.test>:",
        "El dom, 22 nov 2026 a las 10:00, Leo Lind (<leo@helpdesk.test>) escribió:",
        "Il giorno dom 22 nov 2026 alle ore 10:00 Leo Lind <leo@helpdesk.test> ha scritto:",
        "Den sön 22 nov. 2026 kl 10:00 skrev Leo Lind <leo@helpdesk.test>:",
        "2026-11-22 10:00 GMT+01:00 Leo Lind <leo@helpdesk.test>:",
        "-----Original Message-----\nFrom: Leo Lind\nSent: Sunday",
        "-----Oprindelig meddelelse-----\nFra: Leo Lind\nSendt: 22. november 2026",
        "-------- Ursprüngliche Nachricht --------\nVon: Leo Lind",
        "________________________________\nFrom: Leo Lind <leo@helpdesk.test>\nSent: Sunday\nTo: Kim\nSubject: Re: Invoice",
        "Fra: Leo Lind <leo@helpdesk.test>\nSendt: 22. november 2026 10:00\nTil: Kim\nEmne: SV: Faktura",
        "Od: Leo Lind <leo@helpdesk.test>\nWysłane: niedziela\nDo: Kim\nTemat: RE: Faktura",
        "Від: Leo Lind <leo@helpdesk.test>\nНадіслано: неділя\nКому: Kim\nТема: Рахунок",
        "*From:* Leo Lind <leo@helpdesk.test>\n*Sent:* Sunday\n*To:* Kim\n*Subject:* Invoice",
    ],
)
@pytest.mark.parametrize("quote", ["> Old words", "Old words"])
def test_the_history_is_folded_behind_every_introduction(introduction: str, quote: str) -> None:
    folded = fold(f"New words\n\n{introduction}\n\n{quote}\n")

    assert folded.visible == "New words"
    assert quote in folded.quoted
    assert introduction.splitlines()[-1] in folded.quoted


def test_our_own_marker_cuts_first_even_when_it_is_quoted_and_translated() -> None:
    assert fold(f"New\n\n{REPLY_MARKER}\nOld").visible == "New"
    assert fold("New\n\n> ##- Skriv venligst dit svar over denne linje -##\n> Old").visible == "New"
    assert fold("New\nnuestra línea\nOld", ["nuestra línea"]).visible == "New"


def test_answers_between_quotes_stay_and_the_quotes_fold() -> None:
    folded = fold("On Sunday 22 Nov 2026 Leo wrote:\n> First?\n\nYes.\n\n> Second?\n\nNo.")

    assert [line for line in folded.visible.split("\n") if line] == ["Yes.", "No."]
    assert folded.quoted == "On Sunday 22 Nov 2026 Leo wrote:\n> First?\n> Second?"


@pytest.mark.parametrize(
    "text",
    [
        "From: the start it was broken\nI wrote to you on 22 Nov.",
        "The log says:\nFrom: a\nplain words",
        "On Monday I wrote:\nnothing else happened",
        "Please write to Kim: she knows\n- one\n- two",
        "a > b and c < d\n1) x: y",
    ],
)
def test_prose_is_not_taken_for_history(text: str) -> None:
    assert fold(text).visible == text


def test_a_mail_that_is_all_history_is_shown_whole() -> None:
    forwarded = "---------- Forwarded message ---------\nFrom: Eva <eva@example.com>\nDate: Sunday\nSubject: Hi\n\nLook at this."

    assert fold(forwarded).visible == forwarded
    assert fold("> only quotes\n> here").visible == "> only quotes\n> here"


@pytest.mark.parametrize(
    "signature", ["-- \nKim Berg\nExample Ltd", "Sent from my iPhone", "Sendt fra min iPhone", "Wysłano z iPhone'a"]
)
def test_a_signature_is_folded_apart(signature: str) -> None:
    folded = fold(f"New words\n\n{signature}")

    assert (folded.visible, folded.signature, folded.quoted) == ("New words", signature, "")


def test_every_line_is_kept_in_one_of_the_parts() -> None:
    text = "New\n\n> a\n\nmore\n\n-- \nKim\n\nOn 22 Nov 2026 Leo <l@x.test> wrote:\n> b\n> c"

    folded = fold(text)

    parts = [
        line for part in (folded.visible, folded.quoted, folded.signature) for line in part.split("\n") if line.strip()
    ]
    assert sorted(parts) == sorted(line for line in text.split("\n") if line.strip())


@pytest.mark.parametrize(
    "hostile",
    [
        "On a\n" * 5_000, "On a\n" * 200_000, "\n" * 20_000, "\n" * 900_000, ">" * 1_000_000, "> " * 500_000, ">\n" * 19_000,
        "On On On " * 100_000, "From: a\n" * 19_000, "From:" * 200_000, "wrote:\n" * 19_000, "On 1 <a@b> wrote\n" * 19_000,
        "-" * 1_000_000, "_-=*\n" * 19_000, " " * 1_000_000, "\t\n" * 19_000, ("On 22 Nov 2026 " + "x" * 300 + "\n") * 3_000,
        "<" * 900_000, "2026-01-01 " * 90_000, "-----Original " * 60_000, "De : \n" * 19_000, "On 1 <a@b\nOn wrote:\n" * 9_000,
    ],
)  # fmt: skip
def test_hostile_text_folds_at_little_cost_or_is_shown_whole(hostile: str) -> None:
    """K01"""
    with cpu_below(4.0):
        folded = fold(f"New words\n{hostile}\nend")

    assert "New words" in folded.visible
    if folded.warning:
        assert folded.visible == f"New words\n{hostile}\nend"


@pytest.mark.parametrize(
    ("html", "new", "old"),
    [
        (
            '<div>New</div><div class="gmail_quote"><div class="gmail_attr">On Sunday Leo wrote:</div><blockquote>Old</blockquote></div>',
            "New",
            "Old",
        ),
        (
            '<p>New</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Leo</div><div>Old</div>',
            "New",
            "Old",
        ),
        (
            '<p>New</p><div class="moz-cite-prefix">On 22 Nov Leo wrote:</div><blockquote type="cite"><p>Old</p></blockquote>',
            "New",
            "Old",
        ),
        ('<p>New</p><div class="yahoo_quoted"><p>On Sunday Leo wrote:</p><p>Old</p></div>', "New", "Old"),
        (
            '<div>New</div><div><div style="border-top:solid"><p><b>Fra:</b> Leo<br><b>Sendt:</b> 22. nov<br><b>Emne:</b> x</p></div></div><p>Old</p>',
            "New",
            "Old",
        ),
        (
            "<div>New<br><hr><b>From: </b>leo@x.test<br><b>Sent: </b>Monday<br><b>Subject: </b>Test<br><br>Old<br></div>",
            "New",
            "Old",
        ),
        ("<p>New</p><p>On Sun 22 Nov 2026 Leo wrote:</p><blockquote>Old</blockquote>", "New", "Old"),
        ('<p>New</p><blockquote type="cite">Old</blockquote>', "New", "Old"),
    ],
)
def test_mail_programs_mark_history_in_html_and_it_is_folded(html: str, new: str, old: str) -> None:
    visible, quoted = fold_html(html)

    assert new in visible
    assert old not in visible
    assert old in quoted


def test_an_indented_paragraph_without_an_introduction_stays() -> None:
    html = "<p>New</p><blockquote>My own indent</blockquote>"

    assert fold_html(html) == (html, "")


def test_an_html_forward_is_shown() -> None:
    html = '<div class="gmail_quote">---------- Forwarded message ---------<br>From: Eva<br>Words</div>'

    assert fold_html(html) == (html, "")


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 100_000,
        "<blockquote type=cite>" * 5_000,
        "<p>From:</p>" * 10_000,
        "<b>From:</b>" * 10_000,
        "<br>" * 1_500 + "<blockquote></blockquote>" * 700,
        "<blockquote type=cite></blockquote>" * 1_490,
    ],
)
def test_hostile_html_is_folded_quickly_or_left_whole(hostile: str) -> None:
    """K01, K02"""
    with cpu_below(8.0):
        visible, _quoted = fold_html(f"<p>New</p>{hostile}")

    assert "New" in visible


def test_an_html_mail_is_folded_by_its_elements_before_it_becomes_text() -> None:
    raw = b"Content-Type: text/html\r\n\r\n<p>New</p><blockquote type=cite>Old</blockquote>"

    folded, visible_html, quoted_html = fold_mail(parse(raw))

    assert (folded.visible, folded.quoted.strip(), folded.folded_by) == ("New", "Old", "html")
    assert ("Old" in visible_html, "Old" in quoted_html) == (False, True)
