"""Working without a mouse: choosing rows, acting on them, answering one ticket after the other, the palette."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe, settle
from tests.plugin_services import wait_until


def a_list(product, count: int) -> tuple[str, list[int]]:
    """So many tickets under a tag of their own, and the address of the list that holds them."""
    tag = f"t{uuid4().hex[:8]}"
    keys = []
    for number in range(count):
        key = product.ask("open_ticket", subject=f"Question {number} {tag}", email=f"c{number}@{tag}.example")
        product.ask("act", ticket=key, agent="Ana", tags=[tag])
        keys.append(key)
    return f"/tickets/?view=all&query=tag:{tag}", keys


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def states(product, keys: list[int]) -> list[str]:
    return [product.ask("facts", ticket=key)["status"] for key in keys]


def test_rows_are_chosen_and_let_go_by_key(product, visit):
    address, _keys = a_list(product, 4)
    page = visit("ana", address)
    bar = page.locator("#bulk")
    before = page.locator("#tickets").bounding_box()

    press(page, "j", "x")
    expect(bar).to_be_visible()
    expect(bar.locator("[data-selected-count]")).to_have_text("Selected: 1")
    press(page, "J", "J")
    expect(bar.locator("[data-selected-count]")).to_have_text("Selected: 3")
    assert page.locator("#tickets").bounding_box() == before, "the list moved when the bar came"
    press(page, "Escape")
    expect(bar).to_be_hidden()
    press(page, "A")
    expect(bar.locator("[data-selected-count]")).to_have_text("Selected: 4")
    expect(page.locator("[data-selects-all]")).to_be_checked()
    assert axe(page) == []


def test_shift_and_the_mouse_choose_a_range(product, visit):
    address, _keys = a_list(product, 5)
    page = visit("ana", address)
    boxes = page.locator("#tickets input[type=checkbox]")

    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])

    assert [boxes.nth(place).is_checked() for place in range(5)] == [False, True, True, True, False]


def test_chosen_rows_are_solved_by_key_the_focus_goes_on_and_undo_brings_them_back(product, visit):
    address, keys = a_list(product, 4)
    page = visit("ana", address)

    press(page, "j", "x", "J")
    with page.expect_navigation():
        press(page, "e")

    expect(page.locator("[data-said]")).to_contain_text("2 tickets were changed.")
    # Newest first: the two on top were chosen, the third has the focus now.
    assert focused(page) == f"open-{keys[1]}"
    assert states(product, keys) == ["new", "new", "solved", "solved"]
    with page.expect_navigation():
        press(page, "z")
    expect(page.locator("[data-said]")).to_contain_text("2 tickets were put back.")
    assert states(product, keys) == ["new", "new", "open", "open"]


def test_a_key_of_the_bar_takes_the_row_with_the_focus_when_nothing_is_chosen(product, visit):
    address, keys = a_list(product, 2)
    page = visit("ana", address)

    press(page, "j", "j", "p")
    with page.expect_navigation():
        press(page, "Enter")

    assert product.ask("facts", ticket=keys[0])["priority"] == "low"
    assert product.ask("facts", ticket=keys[1])["priority"] == "normal"


def test_sixty_are_closed_at_once_with_progress(product, visit):
    address, keys = a_list(product, 60)
    page = visit("ana", address)

    press(page, "j", "A")
    page.get_by_label("All 60 that match").check()
    expect(page.locator("[data-selected-count]")).to_have_text("Selected: 60")
    page.locator("#bulk summary").filter(has_text="State").click()
    page.get_by_role("button", name="Solved").click()
    page.wait_for_url("**/tickets/bulk/*/")

    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("60 of 60")).to_be_visible(timeout=60_000)
    expect(page.locator("#bulk-label")).to_have_text("Done")
    assert axe(page) == []
    assert set(states(product, keys)) == {"solved"}


def test_the_refused_are_listed_with_reasons_and_chosen_again(product, visit):
    address, keys = a_list(product, 3)
    product.ask("act", ticket=keys[0], agent="Ana", status="solved")
    product.ask("act", ticket=keys[0], agent="Ana", status="closed")
    page = visit("ana", address)

    press(page, "A", "s")
    with page.expect_navigation():
        page.get_by_role("button", name="Pending").click()
    page.get_by_role("link", name="Show why").click()

    expect(page.get_by_text("A ticket that is “Closed” cannot become “Pending”.")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("Select these").check()
    expect(page.locator("[data-selected-count]")).to_have_text("Selected: 1")


def test_five_are_answered_by_keyboard_alone(product, visit):
    address, keys = a_list(product, 5)
    page = visit("ana", address)

    press(page, "j", "r")
    for number, key in enumerate(reversed(keys)):
        page.wait_for_url(f"**/tickets/{key}/*")
        settle(page)
        if number:
            press(page, "r")
        expect(page.locator("#body")).to_be_focused()
        page.keyboard.type(f"Answer number {number}.")
        press(page, "Control+Enter")
        expect(page.locator("#conversation").get_by_text(f"Answer number {number}.")).to_be_visible()
        press(page, "Escape")
        page.evaluate("document.activeElement.blur()")
        press(page, "]")

    # Behind the last one lies the list again.
    page.wait_for_url("**/tickets/?view=all*")
    for number, key in enumerate(reversed(keys)):
        facts = product.ask("facts", ticket=key)
        assert [message["text"] for message in facts["messages"]][1:] == [f"Answer number {number}."]


def test_the_focus_stays_where_a_ticket_was_changed_by_key(product, visit):
    number = product.ask("open_ticket", subject="Focus stays")
    page = visit("ana", f"/tickets/{number}/")
    head = page.locator("#ticket-head")

    press(page, "s")
    head.get_by_role("button", name="Pending").focus()
    press(page, "Enter")
    expect(head.locator("summary", has_text="Pending")).to_be_focused()
    press(page, "p")
    head.get_by_role("button", name="Urgent").focus()
    press(page, "Enter")
    expect(head.locator("summary", has_text="Urgent")).to_be_focused()

    product.ask("act", ticket=number, agent="Leo", status="on_hold")
    expect(head.locator("summary", has_text="On hold")).to_be_visible()
    expect(head.locator("summary", has_text="Urgent")).to_be_focused()
    for tag in ("one", "two"):
        product.ask("act", ticket=number, agent="Leo", tags=[tag])
        expect(page.get_by_role("button", name=f"Remove the tag {tag}")).to_be_visible()
    page.get_by_role("button", name="Remove the tag one").focus()
    press(page, "Enter")
    expect(page.get_by_role("button", name="Remove the tag two")).to_be_focused()


def test_a_menu_that_asks_for_words_takes_them_when_the_pointer_opened_it(product, visit):
    number = product.ask("open_ticket", subject="Opened by hand")
    page = visit("ana", f"/tickets/{number}/")

    page.locator(".subject-menu summary").click()
    expect(page.get_by_label("Subject")).to_be_focused()
    page.keyboard.type("Renamed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Renamed")).to_be_visible()
    page.get_by_label("Link a ticket").click()
    expect(page.get_by_label("Number or words of the other ticket")).to_be_focused()


def test_the_palette_leads_to_a_ticket_and_gives_the_focus_back(product, visit):
    address, keys = a_list(product, 2)
    page = visit("ana", address)
    press(page, "j")
    row = focused(page)

    press(page, "Control+k")
    palette = page.get_by_role("dialog", name="Go anywhere, do anything")
    expect(palette).to_be_visible()
    expect(palette.get_by_role("combobox")).to_be_focused()
    assert axe(page) == []
    press(page, "Escape")
    expect(palette).to_be_hidden()
    assert focused(page) == row

    press(page, "Control+k")
    page.keyboard.type(f"#{keys[0]}")
    expect(palette.get_by_role("option", selected=True)).to_contain_text(f"#{keys[0]} Question 0")
    press(page, "Enter")
    page.wait_for_url(f"**/tickets/{keys[0]}/")


def test_the_palette_does_what_the_page_can_do_and_nothing_else(product, visit):
    key = product.ask("open_ticket", subject="For the palette")
    page = visit("ana", f"/tickets/{key}/")
    palette = page.locator("#palette")

    press(page, "Control+k")
    page.keyboard.type("solve")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Solve")
    press(page, "Enter")
    wait_until(lambda: states(product, [key]) == ["solved"], 10, "the ticket to be solved")

    press(page, "Control+k")
    page.keyboard.type("solve")
    expect(palette.get_by_role("option").first).to_have_attribute("data-href", "/tickets/?view=solved")
    expect(palette.get_by_text("Search for")).to_be_visible()
    expect(palette.locator("[data-use=e]")).to_have_count(0)


def test_the_palette_puts_a_text_into_the_composer(product, visit):
    product.ask("canned", title="Thanks a lot", shortcut="thx", body="Thank you {{ requester.first_name }}!")
    key = product.ask("open_ticket", subject="Insert", name="Pia Holm", email=f"{uuid4().hex[:6]}@p.example")
    page = visit("ana", f"/tickets/{key}/")

    press(page, "r")
    press(page, "Control+k")
    page.keyboard.type("thanks a")
    expect(page.locator("#palette").get_by_role("option", selected=True)).to_contain_text("Thanks a lot")
    press(page, "Enter")

    expect(page.locator("#body")).to_have_value("Thank you Pia!")
    expect(page.locator("#body")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sheet_of_keys_opens_and_closes_by_key(visit, scheme):
    page = visit("ana", "/tickets/", color_scheme=scheme)

    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert axe(page) == []
    press(page, "Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
