"""A team that hands out by itself: its queue says why it waits, and somebody who comes online empties it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

expect.set_options(timeout=20_000)


def test_what_waits_says_why_and_is_handed_out_when_somebody_comes_online(product, visit):
    # A team and a member of its own: nobody else's tickets are touched.
    product.ask("hire", name="Rita Turn")
    page: Page = visit("root", "/settings/teams/new/", java_script_enabled=False)
    page.get_by_label("Name", exact=True).fill("Night desk")
    page.get_by_role("button", name="Make the team").press("Enter")
    page.get_by_label("Rita Turn is a member").check()
    page.get_by_role("button", name="Save members").press("Enter")
    page.get_by_role("link", name="Change").press("Enter")
    page.get_by_label("Members in turn").check()
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("How this team hands out its tickets is saved.")).to_be_visible()
    expect(page.get_by_text("No ticket waits")).to_be_visible()

    number = product.ask("open_ticket", subject="The lights are out", team="Night desk")
    page.reload()
    expect(page.get_by_text("1 ticket waits")).to_be_visible()
    expect(page.get_by_text("Nobody is online.")).to_be_visible()

    rita: Page = visit("rita-turn", "/tickets/?view=all")
    menu = rita.locator("#availability")
    menu.locator("summary").press("Enter")
    menu.get_by_role("button", name="Online").press("Enter")
    expect(menu.locator("summary")).to_have_accessible_name("Your availability: Online")

    watched: Page = visit("root", f"/tickets/{number}/")
    expect(watched.get_by_text(re.compile("assigned the ticket to Rita Turn, whose turn it was"))).to_be_visible()
    page.reload()
    expect(page.get_by_text("No ticket waits")).to_be_visible()
    expect(page.get_by_text("1 of 20")).to_be_visible()
