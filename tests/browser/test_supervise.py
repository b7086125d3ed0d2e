"""The supervisor's desk as people use it: a promise breaks before one's eyes, and somebody above deals with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product, axe, settle

Visit = Callable[..., Page]
expect.set_options(timeout=15_000)
SWEPT = 90_000
"""Milliseconds: the promise must run out, and the sweep comes every 15 s, on a machine that may be busy."""


def row(page: Page, subject: str) -> Any:
    return page.locator("#queue .escalation", has_text=subject)


def test_a_ticket_breaches_before_ones_eyes_and_the_account_tells_the_story(product: Product, visit: Visit) -> None:
    """Nobody reloads a page here: the ledger and the desk follow what happens."""
    subject = f"Runs out {uuid4().hex[:6]}"
    desk = visit("leo", "/supervise/")
    number = product.ask("run_out", subject=subject, seconds=15)
    ana = visit("ana", f"/tickets/{number}/")
    promises = ana.locator("#ticket-sla")
    expect(promises).to_contain_text("First response")
    expect(row(desk, subject)).to_have_count(0)

    ours = row(desk, subject)
    expect(ours).to_be_visible(timeout=SWEPT)
    expect(ours).to_contain_text("Breached")
    expect(ours).to_contain_text(re.compile("acknowledge within (29|30) min"))
    expect(promises.locator(".escalated")).to_contain_text("Breached")
    expect(promises).to_contain_text(re.compile("late", re.IGNORECASE))

    desk.locator(f"#{ours.get_attribute('id').replace('escalation-', 'escalation-open-')}").focus()
    desk.keyboard.press("y")
    expect(ours).to_contain_text("Acknowledged")
    expect(ours).to_contain_text("asked: Leo Chief")
    expect(promises.locator(".escalated")).to_contain_text("acknowledged by Leo Chief")
    assert axe(desk) == []

    ours.locator("[data-open]").focus()
    desk.keyboard.press("w")
    expect(ana.locator("#ticket-head, #ticket-properties").first).to_contain_text("Leo Chief")
    ours.locator("[data-open]").focus()
    desk.keyboard.press("b")
    note = ours.get_by_label("What is to be done now?")
    expect(note).to_be_focused()
    assert axe(desk) == []
    desk.keyboard.type("Send him a new one.")
    desk.keyboard.press("Enter")
    expect(ours).to_have_count(0)

    expect(promises.locator(".escalated")).to_contain_text("Handed back")
    expect(promises.locator(".escalated")).to_contain_text("Send him a new one.")
    assert product.ask("facts", ticket=number)["assignee"] is None
    story = ana.locator("#conversation")
    for words in ("acknowledged the escalation", "handed the ticket back after the escalation"):
        expect(story).to_contain_text(words)
    account = promises.locator("details.account").first
    account.locator("summary").click()
    expect(account).to_contain_text("counted day and night")
    expect(account.locator("summary")).to_contain_text("over")


def test_solving_the_late_ticket_asks_for_the_cause_without_holding_anybody_up(product: Product, visit: Visit) -> None:
    number = product.ask("run_out", subject=f"Late {uuid4().hex[:6]}", seconds=-5)
    page = visit("ana", f"/tickets/{number}/")
    settle(page)
    asked = page.locator("#breach-cause")
    expect(asked).not_to_contain_text("Why was it late?")

    page.keyboard.press("e")

    expect(asked).to_contain_text("Why was it late?")
    assert product.ask("facts", ticket=number)["status"] == "solved"
    assert axe(page) == []
    asked.get_by_label("Cause").select_option("other")
    asked.get_by_role("button", name="Keep the cause").click()
    expect(asked).to_contain_text("Say in a few words what it was.")
    asked.get_by_label("In your own words").fill("The line was down")
    asked.get_by_role("button", name="Keep the cause").click()
    expect(asked).to_contain_text("Why it was late")
    expect(asked).to_contain_text("The line was down")


def test_a_note_that_is_being_written_is_not_taken_away_by_what_happens(product: Product, visit: Visit) -> None:
    ticket = product.ask("open_ticket", subject=f"Written on {uuid4().hex[:6]}")
    product.ask("escalate", ticket=ticket, agent="Ana", text="Please look.")
    desk = visit("leo", "/supervise/")
    ours = desk.locator("#queue .escalation", has_text=f"#{ticket} ")
    ours.locator("summary").click()
    note = ours.get_by_label("What is to be done now?")
    note.press_sequentially("Half a sen")

    other, soon = product.ask("open_ticket", subject="Another one"), f"Soon {uuid4().hex[:6]}"
    product.ask("escalate", ticket=other, agent="Ana", text="And this one.")
    product.ask("run_out", subject=soon, seconds=59)
    expect(desk.locator("#radar")).to_contain_text(soon, timeout=SWEPT)

    expect(note).to_have_value("Half a sen")
    expect(note).to_be_focused()
    note.press("Escape")
    desk.locator("h1").click()
    expect(desk.locator("#queue .escalation", has_text=f"#{other} ")).to_be_visible()


def test_one_key_moves_to_the_next_and_without_a_row_nothing_is_done(product: Product, visit: Visit) -> None:
    tickets = [product.ask("open_ticket", subject=f"Next {number} {uuid4().hex[:6]}") for number in range(2)]
    for ticket in tickets:
        product.ask("escalate", ticket=ticket, agent="Ana", text="Please look.")
    desk = visit("leo", "/supervise/")
    focused = desk.locator("#queue [data-open]:focus")
    first, second = (desk.locator("#queue .escalation", has_text=f"#{ticket} ") for ticket in tickets)
    expect(second).to_be_visible()

    desk.keyboard.press("d")
    expect(focused).to_have_count(1)
    expect(first).to_be_visible()
    expect(second).to_be_visible()
    first.locator("[data-open]").focus()
    desk.keyboard.press("v")
    expect(second.locator("[data-open]")).to_be_focused()
    desk.keyboard.down("d")
    expect(second).to_have_count(0)
    expect(focused).to_have_count(1)
    # The key is still held: what now has the focus was not meant.
    spared = focused.get_attribute("id")
    desk.keyboard.down("d")
    desk.keyboard.down("d")
    desk.keyboard.up("d")
    desk.keyboard.press("g")
    desk.keyboard.press("i")
    expect(desk).to_have_url(re.compile("/tickets/$"))
    desk.wait_for_load_state()  # its keys are heard from then on
    desk.keyboard.press("g")
    desk.keyboard.press("v")
    expect(desk).to_have_url(re.compile("/supervise/$"))
    expect(desk.locator(f"#{spared}")).to_be_visible()


def test_without_scripts_the_desk_is_worked_through(product: Product, visit: Visit) -> None:
    ticket = product.ask("open_ticket", subject=f"Plain {uuid4().hex[:6]}")
    product.ask("escalate", ticket=ticket, agent="Ana", text="Please look.")
    page = visit("leo", "/supervise/", java_script_enabled=False)
    ours = page.locator("#queue .escalation", has_text=f"#{ticket} ")

    ours.get_by_role("button", name="Acknowledge").click()
    expect(ours).to_contain_text("Acknowledged")
    ours.locator("summary").click()
    ours.get_by_label("What is to be done now?").fill("Call her back.")
    ours.get_by_role("button", name="Hand back").click()

    expect(ours).to_have_count(0)
    expect(page.get_by_text(f"Ticket #{ticket} was handed back.")).to_be_visible()


def test_an_agent_sees_no_way_to_the_desk(visit: Visit) -> None:
    page = visit("ana", "/tickets/")

    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Supervise")).to_have_count(0)
