"""Policies by hand: the ladder grows in place, all works with scripts switched off, and the open tickets follow."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

expect.set_options(timeout=15_000)
NEW = "/settings/sla/new/"
CHANGE = re.compile(r"/settings/sla/changes/\d+/$")


def _fill(page: Page, name: str, tag: str) -> None:
    """A policy that no ticket of the other tests meets."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Condition, line 1").fill(f"tag:{tag}")
    page.keyboard.press("Escape")
    page.get_by_label("Resolution, Normal").fill("1 h 30")
    page.get_by_label("Resolution, Counts").select_option("wall")


def test_the_ladder_grows_and_shrinks_in_place_and_keeps_what_was_typed(visit):
    page: Page = visit("root", NEW)
    _fill(page, "Grows", "grows")

    page.get_by_role("button", name="Add a step").click()
    expect(page.get_by_label("Promise")).to_be_focused()
    page.get_by_label("How much").fill("50")
    page.get_by_role("button", name="Add a step").click()
    expect(page.get_by_role("heading", name="Step 2")).to_be_visible()
    page.get_by_role("button", name="Remove step 2").click()

    expect(page.get_by_role("heading", name="Step 2")).to_have_count(0)
    expect(page.get_by_label("How much")).to_have_value("50")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Grows")


def test_a_policy_is_made_with_scripts_switched_off(visit, product):
    ticket = product.ask("open_ticket", subject="Of the quiet one")
    product.ask("act", ticket=ticket, agent="Ana", tags=["quiet"])
    page: Page = visit("root", NEW, java_script_enabled=False)
    _fill(page, "Quiet", "quiet")
    page.get_by_role("button", name="Add a step").press("Enter")
    page.get_by_label("Promise").select_option("resolution")
    page.get_by_role("button", name="See what it changes").last.press("Enter")

    page.wait_for_url(CHANGE)
    expect(page.get_by_text("Come under this policy")).to_be_visible()
    page.get_by_role("button", name="New tickets only").press("Enter")

    page.wait_for_url(re.compile(r"/settings/sla/$"))
    expect(page.get_by_role("row", name=re.compile("Quiet"))).to_contain_text("1 h 30")


def test_open_tickets_follow_before_ones_eyes(visit, product):
    ticket = product.ask("open_ticket", subject="Of the moved one")
    product.ask("act", ticket=ticket, agent="Ana", tags=["moved"])
    page: Page = visit("root", NEW)
    _fill(page, "Moved", "moved")
    page.get_by_role("button", name="See what it changes").last.click()
    page.wait_for_url(CHANGE)

    page.get_by_role("button", name="Open tickets too").click()

    expect(page.get_by_text("All open tickets have followed")).to_be_visible(timeout=60_000)
    page.goto(f"/tickets/{ticket}/")
    expect(page.locator("body")).to_contain_text("Moved", timeout=20_000)


def test_policies_change_places_by_keyboard_and_the_focus_stays(visit):
    page: Page = visit("root", "/settings/sla/")
    for name in ("Upper", "Lower"):
        page.goto(NEW)
        _fill(page, name, name.lower())
        page.get_by_role("button", name="See what it changes").last.click()
        page.wait_for_url(CHANGE)
        page.get_by_role("button", name=re.compile("New tickets only|Put it in force")).click()
        page.wait_for_url(re.compile(r"/settings/sla/$"))

    up = page.get_by_role("button", name="Lower up")
    up.press("Enter")

    expect(page.get_by_text("It is not in force yet")).to_be_visible()
    expect(up).to_be_focused()
    names = page.locator("table.policies tbody th a").all_inner_texts()
    assert names.index("Lower") == names.index("Upper") - 1
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("It is not in force yet")).to_have_count(0)
