"""Plain words: what reaches a database, a header, a page."""

from __future__ import annotations

import pytest

from helpdesk.lib import text
from tests.cpu import cpu_below


def test_cleaning_removes_what_databases_refuse_and_keeps_every_letter() -> None:
    """K03: NUL and lone surrogates are poison for PostgreSQL."""
    assert text.clean("a\x00b\ud800c\r\nd\re\x1b[0m\tæøå 🎉") == "ab\ufffdc\nd\ne[0m\tæøå 🎉"


@pytest.mark.parametrize("breaker", ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x0b", "\x85", "\x00", "\x1b"])
def test_one_line_stays_one_line(breaker: str) -> None:
    """G06, G01: a name or subject can neither start a new header nor a new log line."""
    assert text.one_line(f"Hello{breaker}Bcc: x@y.test") in ("Hello Bcc: x@y.test", "HelloBcc: x@y.test")


def test_invisible_characters_that_turn_names_round_are_dropped() -> None:
    assert text.one_line("invoice\u202efdp.exe\u200b\ufeff") == "invoicefdp.exe"


def test_an_excerpt_ends_at_a_word() -> None:
    assert text.excerpt("one two\nthree four five", 16) == "one two three…"
    assert text.excerpt("short", 16) == "short"


def test_plain_text_becomes_paragraphs_with_links_and_no_markup() -> None:
    html = text.paragraphs("Hi <b>you</b>,\nsee https://example.com/a?b=1&c=2.\n\n\nkim@example.com")

    assert html == (
        "<p>Hi &lt;b&gt;you&lt;/b&gt;,<br>see "
        '<a href="https://example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow" target="_blank">'
        "https://example.com/a?b=1&amp;c=2</a>.</p>\n"
        '<p><a href="mailto:kim@example.com" rel="noopener noreferrer nofollow" target="_blank">kim@example.com</a></p>'
    )


@pytest.mark.parametrize(
    "hostile", ['https://x.test/"onmouseover=alert(1)', "javascript:alert(1)", "https://x.test/<script>"]
)
def test_links_in_plain_text_cannot_carry_markup(hostile: str) -> None:
    """C04: also for links that we make ourselves."""
    html = text.paragraphs(hostile)

    assert "<script" not in html
    assert 'href="javascript' not in html
    assert '"onmouseover' not in html


def test_markdown_is_rendered_and_raw_html_is_shown_as_words() -> None:
    html = text.markdown("**Hi** <script>alert(1)</script>\n\n- one\n- [two](https://example.com)")

    assert "<strong>Hi</strong> &lt;script&gt;" in html
    assert '<a href="https://example.com" target="_blank" rel="noopener noreferrer nofollow">two</a>' in html


@pytest.mark.parametrize(
    "hostile", ["[" * 50_000, "*a " * 30_000, "> " * 40_000, "`" * 50_000, "![" * 30_000, "a" * 400_000]
)
def test_hostile_markdown_is_quick(hostile: str) -> None:
    """K01: brackets and stars beyond what a person types are shown as they are."""
    with cpu_below(4.0):
        html = text.markdown(hostile)

    assert html.strip() == f"<p>{hostile.replace('>', '&gt;')}</p>"
