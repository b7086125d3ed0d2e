"""Several people at the same tickets: who is here, who writes, what is new, and nothing moves under one's hands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product, axe

Visit = Callable[..., Page]
expect.set_options(timeout=15_000)


def row(page: Page, ticket: int) -> Any:
    return page.locator(f"#ticket-{ticket}")


def test_two_on_one_ticket_see_each_other_come_write_and_go(product: Product, visit: Visit) -> None:
    """J01: who may not see the ticket is not even asked."""
    ticket = product.ask("open_ticket", subject="Who is here")
    ana = visit("ana", f"/tickets/{ticket}/")
    bea = visit("bea", f"/tickets/{ticket}/")
    here = ana.locator("#presence")
    expect(here).to_contain_text("Bea Lund is viewing")
    expect(bea.locator("#presence")).to_contain_text("Ana Holm is viewing")

    bea.get_by_label("Your words").press_sequentially("Hel")
    expect(here).to_contain_text("Bea Lund is replying")
    expect(ana.locator("#announce")).to_have_text("Bea Lund is replying")
    assert axe(ana) == []
    bea.get_by_label("Your words").fill("")
    expect(here).to_contain_text("Bea Lund is viewing")
    bea.keyboard.press("Escape")
    bea.keyboard.press("n")
    bea.keyboard.type("A thought")
    expect(here).to_contain_text("Bea Lund is writing a note")

    bea.goto("/tickets/")
    expect(here).to_have_text("")


def test_what_came_since_is_marked_in_the_list_and_on_the_page(product: Product, visit: Visit) -> None:
    ticket = product.ask("open_ticket", subject="Read and unread")
    page = visit("ana", "/tickets/")
    unread = re.compile(r"\bis-unread\b")
    expect(row(page, ticket)).to_have_class(unread)
    with page.expect_response(re.compile("/reading/")):
        page.goto(f"/tickets/{ticket}/")
    page.goto("/tickets/")
    expect(row(page, ticket)).not_to_have_class(unread)

    product.ask("act", ticket=ticket, agent="Bea", note="Something new")
    expect(row(page, ticket)).to_have_class(unread)
    assert axe(page) == []
    with page.expect_response(re.compile("/reading/")):
        page.goto(f"/tickets/{ticket}/")
    expect(page.get_by_text("New since you last looked")).to_be_in_viewport()
    assert page.evaluate("document.querySelector('#since-last-look + article').innerText.includes('Something new')")
    assert axe(page) == []

    page.keyboard.press("Shift+U")
    expect(page).to_have_url(re.compile("/tickets/$"))
    expect(row(page, ticket)).to_have_class(unread)


def test_a_row_of_the_list_is_marked_unread_by_key(product: Product, visit: Visit) -> None:
    ticket = product.ask("open_ticket", subject="Unread by key")
    page = visit("ana", f"/tickets/{ticket}/")
    page.wait_for_timeout(500)
    page.goto("/tickets/")
    unread = re.compile(r"\bis-unread\b")
    expect(row(page, ticket)).not_to_have_class(unread)
    page.locator(f"#open-{ticket}").focus()

    page.keyboard.press("Shift+U")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")

    expect(row(page, ticket)).to_have_class(unread)


def test_a_row_under_the_pointer_keeps_its_words_until_it_is_let_go(product: Product, visit: Visit) -> None:
    ticket = product.ask("open_ticket", subject="Pointed at")
    other = product.ask("open_ticket", subject="Beside it")
    page = visit("ana", "/tickets/")
    ours = row(page, ticket)
    ours.hover()
    before = ours.bounding_box()

    product.ask("act", ticket=ticket, agent="Bea", status="pending")
    product.ask("act", ticket=other, agent="Bea", status="pending")
    expect(row(page, other)).to_contain_text("Pending")

    assert ours.bounding_box() == before
    expect(ours).not_to_contain_text("Pending")
    page.mouse.move(5, 5)
    expect(ours).to_contain_text("Pending")


def test_the_focus_stays_on_its_row_while_tickets_arrive_and_change(product: Product, visit: Visit) -> None:
    ticket = product.ask("open_ticket", subject="Stood upon")
    page = visit("ana", "/tickets/")
    link = page.locator(f"#open-{ticket}")
    link.focus()
    before = link.bounding_box()

    product.ask("act", ticket=ticket, agent="Bea", note="News")
    product.ask("open_ticket", subject="Comes above")
    expect(page.locator("[data-live-waiting]")).to_be_visible()

    expect(link).to_be_focused()
    assert link.bounding_box() == before


def test_a_ticket_that_leaves_ones_sight_leaves_the_list(product: Product, visit: Visit) -> None:
    """J01: Ana hears that it is gone; who took it where is not told."""
    ticket = product.ask("open_ticket", subject="On its way to Sales")
    page = visit("ana", "/tickets/")
    expect(row(page, ticket)).to_be_visible()
    row(page, ticket).hover()

    product.ask("move", ticket=ticket, agent="Root", team="Sales")

    expect(row(page, ticket)).to_contain_text("no longer in this list")
    page.mouse.move(5, 5)
    expect(row(page, ticket)).to_have_count(0)


def test_a_draft_stays_when_its_ticket_leaves_ones_sight(product: Product, visit: Visit) -> None:
    ticket = product.ask("open_ticket", subject="Taken away while writing")
    page = visit("ana", f"/tickets/{ticket}/")
    page.get_by_label("Your words").fill("Half a sen")

    product.ask("move", ticket=ticket, agent="Root", team="Sales")

    expect(page.get_by_text("This ticket is not in your sight any more.")).to_be_visible(timeout=40_000)
    expect(page.get_by_label("Your words")).to_have_value("Half a sen")
    expect(page.get_by_label("Your words")).to_be_focused()
