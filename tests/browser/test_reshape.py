"""Two tickets become one and two again, a message leaves, files are looked at, addresses are handed on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe, settle


def message(page: Page, text: str):
    return page.locator("article.message", has_text=text)


def more(page: Page):
    page.locator("#ticket-head").get_by_label("More", exact=True).click()


@pytest.fixture
def pair(product):
    """A matter that somebody wrote about twice: (the first, the second)."""
    first = product.ask("open_ticket", subject="Copier jams on page two", text="It jams.")
    second = product.ask("open_ticket", subject="Copier jams, again", text="Did you get my mail?")
    return first, second


def test_two_tickets_are_merged_and_the_merge_is_undone(product, visit, pair):
    first, second = pair
    bea = visit("bea", f"/tickets/{first}/")
    page = visit("ana", f"/tickets/{second}/")
    more(page)
    page.get_by_role("link", name="Merge into…").click()
    page.get_by_label("Number or words of the other ticket").fill(f"#{first}")
    page.get_by_role("link", name=f"Choose #{first}").click()
    expect(page.get_by_role("heading", name=f"Merge #{second} into #{first}")).to_be_visible()
    expect(page.get_by_text("1 message", exact=True)).to_be_visible()

    page.get_by_role("button", name="Merge").click()

    page.wait_for_url(f"**/tickets/{first}/")
    expect(message(page, "Did you get my mail?")).to_be_visible()
    expect(message(page, "It jams.")).to_be_visible()
    expect(message(bea, "Did you get my mail?")).to_be_visible()
    expect(message(bea, "It jams.")).to_have_count(1)
    page.goto(f"/tickets/{second}/")
    page.wait_for_url(f"**/tickets/{first}/")
    expect(page.locator("#toasts")).to_contain_text(f"#{second} was merged into this ticket.")

    page.get_by_role("button", name=f"Undo the merge of #{second}").click()

    page.wait_for_url(f"**/tickets/{second}/")
    expect(message(page, "Did you get my mail?")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("The merge was undone.")
    expect(message(bea, "Did you get my mail?")).to_have_count(0)
    assert [row["text"] for row in product.ask("facts", ticket=first)["messages"]] == ["It jams."]
    assert product.ask("facts", ticket=second)["status"] == "new"


def test_a_message_is_split_off_and_the_split_undone(product, visit, pair):
    first, _second = pair
    product.ask("act", ticket=first, agent="Ana", note="The invoice is another matter.")
    page = visit("ana", f"/tickets/{first}/")
    note = message(page, "The invoice is another matter.")
    note.get_by_label("More about this message").click()
    note.get_by_role("link", name="Split off…").click()
    assert axe(page) == []
    page.get_by_label("Subject of the new ticket").fill("The invoice")
    page.get_by_role("button", name="Split", exact=True).click()

    expect(page.get_by_role("heading", name="The invoice")).to_be_visible()
    expect(message(page, "The invoice is another matter.")).to_be_visible()
    page.get_by_role("button", name="Undo the split").click()

    page.wait_for_url(f"**/tickets/{first}/")
    expect(message(page, "The invoice is another matter.")).to_be_visible()


def test_files_are_looked_at_by_keyboard_and_the_focus_comes_back(product, visit, pair):
    first, _second = pair
    product.ask("act", ticket=first, agent="Ana", note="A picture.", file=["dot.png", ""])
    product.ask("act", ticket=first, agent="Ana", note="And words.", file=["steps.txt", "1. Switch it on."])
    page = visit("ana", f"/tickets/{first}/")
    page.locator(".file", has_text="dot.png").focus()
    page.keyboard.press("Enter")
    viewer = page.locator("#viewer")
    expect(viewer).to_be_visible()
    expect(viewer.get_by_role("heading", name="dot.png")).to_be_visible()
    expect(viewer.get_by_text("1 of 2")).to_be_visible()
    assert viewer.locator("img").evaluate("image => image.complete && image.naturalWidth > 0")
    assert axe(page) == []

    page.keyboard.press("ArrowRight")
    expect(viewer.get_by_role("heading", name="steps.txt")).to_be_visible()
    expect(viewer.get_by_text("This kind of file is not shown here.")).to_be_visible()
    with page.expect_download() as download:
        page.keyboard.press("d")
    assert download.value.suggested_filename == "steps.txt"
    page.keyboard.press("Escape")

    expect(viewer).to_be_hidden()
    expect(page.locator(".file", has_text="steps.txt")).to_be_focused()


def test_the_address_of_a_message_finds_it_on_an_earlier_page(product, visit, pair):
    first, _second = pair
    page = visit("ana", f"/tickets/{first}/", permissions=["clipboard-read", "clipboard-write"])
    opening = message(page, "It jams.")
    opening.get_by_label("More about this message").click()
    opening.get_by_role("button", name="Copy link").click()
    expect(page.locator("#toasts")).to_contain_text("Link copied.")
    address = page.evaluate("navigator.clipboard.readText()")
    key = re.fullmatch(rf".*/tickets/{first}/messages/(\d+)/", address)[1]
    for number in range(70):
        product.ask("act", ticket=first, agent="Ana", note=f"Note {number}.")

    for asked in (address, f"/tickets/{first}/#message-{key}"):
        page.goto("/customers/")
        page.goto(asked)
        expect(page.locator(f"#message-{key}")).to_be_in_viewport()
        expect(page.locator(f"#message-{key}")).to_contain_text("It jams.")


def test_time_is_noted_beside_the_conversation(product, visit, pair):
    first, _second = pair
    page = visit("ana", f"/tickets/{first}/")
    settle(page)
    page.get_by_label("Time that you spent").fill("1h 15")
    page.get_by_label("Note", exact=True).last.fill("Called the shop")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.locator(".time-total")).to_have_text("1:15")
    expect(page.locator("#conversation")).to_contain_text("spent 1 h 15 min")
    page.get_by_label("Correct 1:15 of Ana Holm").click()
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".time-total")).to_have_count(0)


def test_a_duplicate_is_found_by_its_words_linked_and_solved(product, visit, pair):
    first, second = pair
    page = visit("ana", f"/tickets/{second}/")
    page.get_by_label("Link a ticket").click()
    page.get_by_label("This ticket is").select_option("duplicate")
    page.get_by_label("If it is a duplicate, solve it too").check()
    page.get_by_label("Number or words of the other ticket").fill(f"#{first}")
    page.locator("#link-picks").get_by_role("button", name=f"#{first}").click()

    expect(page.locator("#ticket-head .pill--menu").first).to_contain_text("Solved")
    expect(page.locator(".linked__one")).to_contain_text(f"#{first} Copier jams on page two")
    assert product.ask("facts", ticket=second)["status"] == "solved"


def test_merging_works_without_scripts(product, visit, pair):
    first, second = pair
    page = visit("ana", f"/tickets/{second}/merge/?number={first}", java_script_enabled=False)
    page.get_by_role("button", name="Merge").click()

    expect(page.locator("article.message", has_text="Did you get my mail?")).to_be_visible()
    assert page.url.endswith(f"/tickets/{first}/")
