"""What is promised on a ticket as people meet it: chips in lists, the panel beside the conversation, and escalating."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Product, axe, settle

Visit = Callable[..., Page]
expect.set_options(timeout=15_000)


@pytest.fixture
def promised(product: Product) -> tuple[int, str]:
    """A ticket whose first answer is due within the hour."""
    subject = f"Promised {uuid4().hex[:6]}"
    return product.ask("run_out", subject=subject, seconds=1800), subject


def test_a_ticket_is_escalated_by_keyboard_without_leaving_it(promised, visit: Visit) -> None:
    number, _subject = promised
    page = visit("ana", f"/tickets/{number}/")
    panel = page.locator("#ticket-sla")
    expect(panel).to_contain_text("First response")

    page.locator("#page").focus()
    page.keyboard.press("!")
    expect(panel.get_by_label("Reason")).to_be_focused()
    assert axe(page) == []
    panel.get_by_label("Reason").select_option("other")
    panel.locator("#escalate").get_by_role("button", name="Escalate").click()
    expect(panel).to_contain_text("Say in a few words what it is about.")
    panel.get_by_label("What is it about").fill("May we refund?")
    panel.locator("#escalate").get_by_role("button", name="Escalate").press("Enter")

    expect(panel.locator(".escalated")).to_contain_text("May we refund?")
    expect(panel.locator("#escalate form")).to_have_count(0)
    expect(page.locator("#conversation")).to_contain_text("escalated the ticket to")
    expect(page.locator("#toasts")).to_contain_text("Escalated.")


def test_the_account_stays_open_while_the_ticket_goes_on(product: Product, promised, visit: Visit) -> None:
    number, _subject = promised
    page = visit("ana", f"/tickets/{number}/")
    panel = page.locator("#ticket-sla")
    account = panel.locator("details.account").first
    account.locator("summary").click()
    expect(account).to_contain_text("The clock started")
    page.locator("#page").focus()

    product.ask("act", ticket=number, agent="Leo", reply="We look into it.")

    expect(panel.locator("#promises-ended")).to_contain_text("1 that has ended")
    panel.locator("#promises-ended > summary").click()
    expect(panel.locator("#promises-ended .clock__state")).to_have_text("Met")
    expect(panel.locator("#promises-ended details.account")).to_have_attribute("open", "")
    settle(page)
    assert axe(page) == []


def test_the_cause_of_a_line_leads_to_its_place_in_the_conversation(promised, visit: Visit) -> None:
    number, _subject = promised
    page = visit("ana", f"/tickets/{number}/sla/")

    page.get_by_role("table").get_by_role("link").first.click()

    expect(page).to_have_url(re.compile(rf"/tickets/{number}/#message-\d+$"))
    expect(page.locator("article.message").first).to_be_visible()


def test_the_whole_account_needs_no_script(promised, visit: Visit) -> None:
    number, _subject = promised
    page = visit("ana", f"/tickets/{number}/", java_script_enabled=False)

    page.get_by_role("link", name="More about this ticket").click()
    expect(page.get_by_role("heading", name="First response")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("The clock started")
    page.get_by_role("link", name="Escalate").click()
    page.get_by_label("Reason").select_option("needs_senior")
    page.get_by_role("button", name="Escalate").click()

    expect(page.locator(".escalated")).to_contain_text("Needs somebody more experienced")


def test_the_list_of_what_is_due_soon_shows_how_long_there_is(promised, visit: Visit) -> None:
    number, subject = promised
    page = visit("ana", "/tickets/?view=due_soon")
    row = page.locator(f"#ticket-{number}")

    expect(row).to_contain_text(subject)
    expect(row.locator(".due--near")).to_have_text(re.compile(r"due in \d+ min"))
    expect(row.locator(".due")).to_have_attribute("title", re.compile(r"\d{4}, \d\d:\d\d"))
    row.locator(".due").click()
    expect(page).to_have_url(re.compile(rf"/tickets/{number}/"))
    expect(page.locator("#ticket-head .due--near")).to_be_visible()
