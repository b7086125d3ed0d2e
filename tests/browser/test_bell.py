"""The bell in a real browser: it rings without a reload, opens by mouse and key, and is read by looking."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe, settle

expect.set_options(timeout=15_000)


@pytest.fixture(autouse=True)
def _nothing_unread(product):
    """What earlier tests brought upon Ana is read."""
    product.ask("read_all", agent="Ana")


def count(page: Page):
    return page.locator("#bell-count .bell__count")


def test_an_assignment_rings_without_a_reload_and_is_read_by_opening_it(product, visit):
    page = visit("ana", "/tickets/")
    settle(page)
    expect(count(page)).to_have_count(0)
    page.evaluate("document.body.dataset.same = 'page'")

    ticket = product.ask("open_ticket", subject="Rings the bell")
    product.ask("act", ticket=ticket, agent="Bea", assignee="Ana")

    expect(count(page)).to_have_text("1")
    assert page.evaluate("document.body.dataset.same") == "page"
    page.locator("[data-bell] > summary").click()
    row = page.locator(".news__row")
    expect(row).to_contain_text("Bea Lund assigned this to you")
    expect(row).to_contain_text(f"#{ticket} Rings the bell")
    settle(page)
    assert axe(page) == []

    row.click()
    expect(page.get_by_role("heading", name="Rings the bell")).to_be_visible()
    settle(page)
    expect(count(page)).to_have_count(0)


def test_what_comes_while_the_ticket_is_open_is_read_there(product, visit):
    ticket = product.ask("open_ticket", subject="Watched all the time")
    product.ask("act", ticket=ticket, agent="Bea", assignee="Ana")
    page = visit("ana", f"/tickets/{ticket}/")
    settle(page)

    page.locator("[data-bell] > summary").click()

    product.ask("act", ticket=ticket, agent="Bea", note="Look at this.")

    expect(page.get_by_text("Look at this.")).to_be_visible()
    page.wait_for_timeout(2500)
    expect(count(page)).to_have_count(0)
    expect(page.locator("[data-bell]")).to_have_attribute("open", "")


def test_the_bell_rings_on_a_page_of_settings_and_opens_by_key(product, visit):
    page = visit("ana", "/settings/notifications/")
    settle(page)

    ticket = product.ask("open_ticket", subject="By keyboard alone")
    product.ask("act", ticket=ticket, agent="Bea", assignee="Ana")
    expect(count(page)).to_have_text("1")
    expect(page.locator("#announce")).to_have_text("news on 1 ticket")

    page.locator("#page").focus()
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page.locator(".news__row")).to_be_visible()
    expect(page.locator(".news__row").first).to_be_focused()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/tickets/{ticket}/"))


def test_all_is_read_at_once_and_the_bell_says_so(product, visit):
    for number in (1, 2):
        ticket = product.ask("open_ticket", subject=f"One of two {number}")
        product.ask("act", ticket=ticket, agent="Bea", assignee="Ana")
    page = visit("ana", "/customers/")
    expect(count(page)).to_have_text("2")

    page.locator("[data-bell] > summary").click()
    page.get_by_role("button", name="Mark all as read").click()

    expect(count(page)).to_have_count(0)


def test_without_javascript_the_news_is_read_on_its_page(product, visit):
    ticket = product.ask("open_ticket", subject="Without a script")
    product.ask("act", ticket=ticket, agent="Bea", assignee="Ana")
    page = visit("ana", "/notifications/?is=unread", java_script_enabled=False)
    row = page.locator(".news > li", has_text="Without a script")
    for _second in range(15):  # a worker writes the news, and without a script the page does not hear of it
        if row.count():
            break
        page.wait_for_timeout(1000)
        page.reload()

    expect(row).to_contain_text("Bea Lund assigned this to you")
    row.get_by_role("button", name=f"Mark the news on #{ticket} as read").click()

    page.goto("/notifications/?is=unread")
    expect(page.locator(".news > li", has_text="Without a script")).to_have_count(0)
