"""Opening hours by hand: rows come and go, the preview follows, and everything works with scripts switched off."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

expect.set_options(timeout=15_000)
NEW = "/settings/calendars/new/"


def test_the_grid_grows_and_the_preview_follows_without_a_new_page(visit):
    page: Page = visit("root", NEW)
    page.get_by_label("Name").fill("Grows")

    page.get_by_role("button", name="Add hours to Saturday").click()
    expect(page.get_by_label("Saturday, from")).to_be_focused()
    page.keyboard.type("10:00")
    page.get_by_label("Saturday, to").fill("14:00")
    page.keyboard.press("Tab")

    expect(page.locator("#drawn")).to_contain_text("10:00–14:00")
    expect(page.get_by_label("Name")).to_have_value("Grows")

    page.get_by_role("button", name="Remove these hours from Monday").click()
    expect(page.get_by_label("Monday, from")).to_have_count(0)
    expect(page.locator("#d0")).to_contain_text("Closed")


def test_a_country_brings_its_holidays_at_once(visit):
    page: Page = visit("root", NEW)

    page.get_by_label("Country").select_option("UA")

    expect(page.get_by_label("Holidays that are working days at present")).to_be_checked()
    expect(page.locator("#drawn")).to_contain_text("Independence Day")


def test_a_mistake_is_marked_and_can_be_mended(visit):
    page: Page = visit("root", NEW)
    page.get_by_label("Name").fill("Mended")
    page.get_by_label("Friday, to").fill("08:00")

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Friday, to")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#d4")).to_contain_text("This ends before it begins")

    page.get_by_label("Friday, to").fill("15:00")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/settings/calendars/$"))
    expect(page.get_by_role("row", name=re.compile("Mended"))).to_contain_text("Fri 09:00–15:00")


def test_a_calendar_is_made_with_scripts_switched_off_and_by_keyboard(visit):
    page: Page = visit("root", NEW, java_script_enabled=False)
    page.get_by_label("Name").fill("By keyboard")

    page.get_by_role("button", name="Add hours to Sunday").press("Enter")
    page.get_by_label("Sunday, from").fill("22:00")
    page.get_by_label("Sunday, to").fill("24:00")
    page.get_by_role("button", name="Add a closed day").press("Enter")
    page.get_by_label("Day", exact=True).fill("2030-12-24")
    page.get_by_label("Why you are closed").fill("Stocktaking")
    page.get_by_label("Country").select_option("NO")
    page.get_by_role("button", name="Show regions and kinds").press("Enter")
    expect(page.get_by_role("checkbox", name="Public holidays", exact=True)).to_be_checked()
    expect(page.get_by_label("Sunday, to")).to_have_value("24:00")
    page.get_by_role("button", name="Save").press("Enter")

    page.wait_for_url(re.compile(r"/settings/calendars/$"))
    expect(page.get_by_role("row", name=re.compile("By keyboard"))).to_contain_text("Sun 22:00–24:00")


def test_the_enter_key_in_a_field_shows_and_saves_nothing(visit):
    page: Page = visit("root", NEW, java_script_enabled=False)
    page.get_by_label("Name").fill("Not saved")
    page.get_by_label("Friday, to").fill("12:00")

    page.get_by_label("Friday, to").press("Enter")

    expect(page.locator("#drawn")).to_contain_text("09:00–12:00")
    expect(page.get_by_label("Name")).to_have_value("Not saved")
    page.goto("/settings/calendars/")
    expect(page.locator("body")).not_to_contain_text("Not saved")
