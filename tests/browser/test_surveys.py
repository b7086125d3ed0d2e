"""A customer answers on the phone: without a script, by keyboard, and may change their mind."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product

expect.set_options(timeout=15_000)


def test_a_customer_answers_on_a_phone_by_keyboard_without_a_script(
    product: Product, visit: Callable[..., Page]
) -> None:
    ticket = product.ask("open_ticket", subject=f"Surveyed {uuid4().hex[:6]}")
    link = product.ask("survey_link", ticket=ticket)
    page = visit("", f"{link}4/", viewport={"width": 390, "height": 844}, java_script_enabled=False)

    expect(page.get_by_role("radio", name="Good", exact=True)).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = [box.bounding_box()["height"] for box in page.locator(".scale__point").all()]
    assert len(heights) == 5 and min(heights) >= 44, "each is a target for a thumb"
    page.get_by_role("radio", name="Good", exact=True).focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="Very good")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Quick and kind.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Thank you for your answer.")).to_be_visible()
    expect(page.get_by_role("radio", name="Very good")).to_be_checked()
    expect(page.get_by_role("textbox")).to_have_value("Quick and kind.")
    page.get_by_role("radio", name="So-so").check()
    page.get_by_role("button", name="Change the answer").press("Enter")
    expect(page.get_by_text("Thank you for your answer.")).to_be_visible()

    panel = visit("ana", f"/tickets/{ticket}/satisfaction/")
    expect(panel.get_by_text("Earlier answers")).to_be_visible()
    expect(panel.get_by_text("Answer changed")).to_be_visible()
