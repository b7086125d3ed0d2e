"""The filter bar and saved views by hand: completed as one types, marked at the word, kept by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_a_query_is_typed_with_suggestions_and_kept_as_a_view_by_keyboard(product, visit):
    wanted = product.ask("open_ticket", subject="Refund please", email="views@alpha.example")
    product.ask("act", ticket=wanted, agent="Ana", tags=["view-refund"])
    product.ask("open_ticket", subject="Something else", email="views@alpha.example")
    page = visit("ana", "/tickets/?view=open")
    bar = page.get_by_role("combobox", name="Filter this list")
    keys = page.keyboard

    keys.press("f")
    expect(bar).to_be_focused()
    keys.press("End")
    keys.type(" ta")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("tag:")
    expect(bar).to_have_attribute("aria-expanded", "true")
    keys.press("ArrowDown")
    expect(bar).to_have_attribute("aria-activedescendant", "query-option-0")
    keys.press("Enter")
    expect(bar).to_have_value("is:open tag:")
    keys.type("view-r")
    expect(options).to_have_text(["view-refund"])
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(bar).to_have_value("is:open tag:view-refund ")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"query="))
    expect(page.locator("[data-ticket]")).to_have_count(1)
    expect(page.locator("[data-ticket]")).to_contain_text("Refund please")

    page.get_by_role("link", name="Save as view").focus()
    keys.press("Enter")
    expect(page.get_by_label("Query")).to_have_value("is:open tag:view-refund")
    page.get_by_label("Name").focus()
    keys.type("My refunds")
    keys.press("Enter")

    page.wait_for_url(re.compile(r"/tickets/\?view=\d+$"))
    expect(page.get_by_role("heading", name="My refunds", level=1)).to_be_visible()
    here = page.locator("#views a[aria-current=page]")
    expect(here).to_contain_text("My refunds")
    expect(here.locator(".side__count")).to_have_text("1")
    expect(page.locator("[data-ticket]")).to_have_count(1)


def test_a_mistake_is_marked_while_one_types_and_gone_when_it_is_mended(visit):
    page = visit("ana", "/tickets/?view=all")
    bar = page.get_by_role("combobox", name="Filter this list")

    bar.press_sequentially("status:zz")
    expect(page.locator(".query__echo mark")).to_have_text("zz")
    expect(page.locator(".query__mistakes")).to_contain_text("“status” has no “zz”")
    expect(bar).to_have_attribute("aria-invalid", "true")
    bar.press("Backspace")
    bar.press("Backspace")
    bar.press_sequentially("new")

    expect(page.locator(".query__echo mark")).to_have_count(0)
    expect(page.locator(".query__mistakes li")).to_have_count(0)
    expect(bar).not_to_have_attribute("aria-invalid", "true")


def test_the_filter_bar_and_views_work_without_javascript(product, visit):
    product.ask("open_ticket", subject="Without any script", email="plain@alpha.example")
    page = visit("ana", "/tickets/?view=all", java_script_enabled=False)

    page.get_by_label("Filter this list").last.fill("is:open requester:plain@alpha.example")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("[data-ticket]")).to_have_count(1)
    page.get_by_role("link", name="Save as view").click()
    page.get_by_label("Name").fill("Plain")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Plain", level=1)).to_be_visible()
    expect(page.locator("[data-ticket]")).to_have_count(1)
