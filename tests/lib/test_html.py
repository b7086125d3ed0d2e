"""Untrusted HTML: what is shown can neither act, nor phone home, nor cover the page, nor stall the process."""

# ruff: noqa: E501 - tables of words and mails read better unbroken

from __future__ import annotations

import re
import threading
from html.parser import HTMLParser

import pytest

from helpdesk.lib import html as safe
from helpdesk.lib import html_gate, sandbox
from helpdesk.lib.html_allowed import TAGS
from helpdesk.lib.html_text import to_text
from helpdesk.lib.text import markdown
from tests.cpu import cpu_below
from tests.lib.vectors import VECTORS

_SCHEMES = ("http://", "https://", "mailto:", "tel:")


class _Inspector(HTMLParser):
    """Another parser than the sanitiser's own, so that both must agree that nothing is left."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"tag {tag}")
        for name, value in attrs:
            text = (value or "").strip().lower()
            if name.startswith(("on", "hx-", "data-hx")) or name in (
                "id",
                "name",
                "class",
                "srcdoc",
                "action",
                "background",
            ):
                self.faults.append(f"attribute {name}")
            if name == "href" and not text.startswith(_SCHEMES):
                self.faults.append(f"href {text}")
            if name == "src" and not text.startswith("data:image/"):
                self.faults.append(f"src {text}")
            if name == "style" and re.search(r"url|position|z-index|expression|\\|@", text):
                self.faults.append(f"style {text}")


def faults(html: str) -> list[str]:
    inspector = _Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.faults


def test_the_inspector_itself_sees_hostile_html() -> None:
    assert sum(bool(faults(vector)) for vector in VECTORS) > len(VECTORS) * 0.8


def test_no_vector_leaves_anything_that_can_act() -> None:
    """C01: at least 200 vectors; C04: no scheme but http, https, mailto and tel; C05: no url() and no overlay."""
    assert len(VECTORS) >= 200

    left = {vector: faults(safe.sanitise(vector).html) for vector in VECTORS}

    assert {vector: found for vector, found in left.items() if found} == {}


def test_clean_html_stays_clean_through_three_rounds() -> None:
    """C08: quoting, saving and sanitising again changes nothing, so there is no second reading that wakes up."""
    for vector in VECTORS:
        once = safe.sanitise(vector).html
        quoted = f"<blockquote>{once}</blockquote>"
        twice = safe.sanitise(quoted).html
        thrice = safe.sanitise(twice).html
        assert faults(twice) == []
        assert thrice == twice


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)", "data:text/html,x",
     "vbscript:x", "file:///etc/passwd", "//evil.test/", "/tickets/1/delete/", "cid:x", "blob:x"],
)  # fmt: skip
def test_a_link_with_another_scheme_loses_its_target(href: str) -> None:
    """C04"""
    assert "href" not in safe.sanitise(f'<a href="{href}">x</a>').html
    assert faults(markdown(f"[x]({href}) <{href}> {href}")) == []


def test_a_link_keeps_its_target_and_tells_the_other_side_nothing() -> None:
    assert safe.sanitise('<a href="https://example.com/?a=1&b=2" id=x class=y>Go</a>').html == (
        '<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">Go</a>'
    )


def test_styles_that_load_or_cover_are_dropped_and_harmless_ones_stay() -> None:
    """C05"""
    assert (
        safe.sanitise('<p style="color: red; position: fixed; z-index: 9">x</p>').html == '<p style="color:red">x</p>'
    )
    assert safe.sanitise('<p style="color:red;background:url(//e.test)">x</p>').html == "<p>x</p>"
    assert safe.sanitise("<style>p{color:red}</style><p>x</p>").html == "<p>x</p>"


def test_remote_images_wait_until_the_reader_asks() -> None:
    """C06: nothing is fetched before; afterwards without a referrer."""
    result = safe.sanitise('<p>Hi<img src="https://t.test/p.gif?a=1&b=2" width="1" onload=x></p>')

    assert result.blocked_images == 1
    assert result.html == '<p>Hi<img data-remote-src="https://t.test/p.gif?a=1&amp;b=2" width="1"></p>'
    assert safe.show_remote_images(result.html) == (
        '<p>Hi<img src="https://t.test/p.gif?a=1&amp;b=2" referrerpolicy="no-referrer" width="1"></p>'
    )
    assert safe.sanitise(safe.show_remote_images(result.html)).html == result.html


def test_a_stranger_cannot_smuggle_a_prepared_remote_source() -> None:
    result = safe.sanitise('<img data-remote-src="javascript:x" data-cid="a&quot; onload=x">')

    assert faults(result.html) == []
    assert "javascript" not in safe.show_remote_images(result.html)


def test_inline_images_get_our_address_by_their_content_id() -> None:
    html = safe.sanitise('<img src="cid:logo@x" alt="Logo"><img src="cid:gone">', {"logo@x": "/files/7/"}.get).html

    assert html == '<img src="/files/7/" data-cid="logo@x" alt="Logo"><img data-cid="gone">'


def test_small_raster_images_in_the_mail_itself_are_shown_but_no_svg() -> None:
    png = "data:image/png;base64,iVBORw0KGgo="
    svg = "data:image/svg+xml;base64,PHN2Zz4="

    assert safe.sanitise(f'<img src="{png}"><img src="{svg}">').html == f'<img src="{png}"><img>'


@pytest.mark.parametrize(
    ("hostile", "why", "shown"),
    [
        ("<div>" * 200_000, "too_many_tags", ""),
        ("".join(f"<font color={i}><p>" for i in range(30_000)), "too_many_tags", ""),
        ("<p " + " ".join(f"a{i}=1" for i in range(200_000)) + ">x", "tag_too_long", "x\n"),
        ("<" * 1_000_000, "too_many_tags", "<" * 1_000_000 + "\n"),
        ("<!--" * 200_000, "too_many_tags", "<!--" * 200_000 + "\n"),
        ("<table><tr><td>" * 60_000, "too_many_tags", ""),
    ],
    ids=["nested", "unclosed formatting", "attributes", "open brackets", "comments", "tables"],
)
def test_heavy_html_is_refused_at_a_bounded_cost(hostile: str, why: str, shown: str) -> None:
    """K02, D05: the words are still shown as plain text."""
    with cpu_below(safe.SECONDS + 4.0):
        result = safe.sanitise(hostile)

    assert (result.refused, result.html) == (why, "")
    with cpu_below(safe.SECONDS + 4.0):
        assert to_text(hostile + "<p>the words") == shown + "the words"


def test_hundreds_of_thousands_of_entities_are_read_once_or_refused() -> None:
    """K02: whether the clock stops them depends on the machine; what is shown otherwise does not."""
    hostile = "&amp;" * 200_000 + "&#x" * 100_000
    with cpu_below(safe.SECONDS + 4.0):
        result = safe.sanitise(hostile)

    assert (result.refused, result.html == "") in [("too_slow", True), ("", False)]
    assert faults(result.html) == []
    with cpu_below(safe.SECONDS + 4.0):
        assert to_text(hostile + "<p>the words") == "&" * 200_000 + "&#x" * 100_000 + "\n\nthe words"


def test_a_slow_child_is_killed_and_the_next_mail_is_cleaned(monkeypatch: pytest.MonkeyPatch) -> None:
    """K02: what the gate would let through is stopped by the clock."""
    monkeypatch.setattr(html_gate, "danger", lambda html: "")

    slow = safe.sanitise("<div>" * 60_000 + "x")
    after = safe.sanitise("<p>fine</p>" * 2_000)

    assert slow.refused == "too_slow"
    assert after.html.startswith("<p>fine</p>")


def test_cheap_html_needs_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "call", lambda *args, **kwargs: pytest.fail("a child was asked"))

    assert safe.sanitise("<p>Hello</p>").html == "<p>Hello</p>"


def test_the_worst_html_that_counts_as_cheap_is_quick() -> None:
    """K02: the threshold for working without a child is itself safe."""
    worst = "".join(f"<font color={i}>" for i in range(html_gate.CHEAP_DEPTH)) + "<p>" * 2_900
    assert html_gate.is_cheap(worst)

    with cpu_below(3.0):
        safe.sanitise(worst)


def test_many_threads_share_the_children() -> None:
    big = "<p>word</p>" * 4_000
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(safe.sanitise(big).html)) for _ in range(6)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert results == [big] * 6


def test_the_child_runs_only_our_pure_functions() -> None:
    with pytest.raises(sandbox.SandboxError, match="may not run"):
        sandbox.call("os:getcwd")


def test_html_becomes_text_with_its_lines_and_without_its_scripts() -> None:
    text = to_text("<style>x{}</style><p>One<br>two</p><script>x</script><ul><li>three</li></ul><span>fo</span>ur")

    assert text.split("\n") == ["One", "two", "", "  * three", "four"]


def test_refused_html_is_still_readable_as_text() -> None:
    text = to_text("<div>" * 1_000 + "<script>hidden</script>Tom &amp; Eva<br>second")

    assert text.split("\n")[-2:] == ["Tom & Eva", "second"]
    assert "hidden" not in text
