"""Writing in a real browser: drafts, files, texts by key, collisions, questions, sending later, preview, addresses."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe, settle
from tests.plugin_services import wait_until

expect.set_options(timeout=15_000)


@pytest.fixture
def opened(product, visit):
    """A ticket of Kim's, opened by somebody."""

    def open_ticket(subject: str, who: str = "ana", **options) -> tuple[Page, int]:
        number = product.ask("open_ticket", subject=subject)
        return visit(who, f"/tickets/{number}/", **options), number

    return open_ticket


def words(page: Page):
    return page.get_by_label("Your words")


def kept(page: Page) -> None:
    expect(page.locator("#composer-kept")).to_contain_text("Draft kept")


def test_a_draft_is_found_on_another_machine_with_its_file(product, opened, visit):
    page, number = opened("Draft")
    words(page).fill("Half a sentence")
    kept(page)
    page.locator("input[type=file]").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"})
    expect(page.locator("[data-files]").get_by_text("plan.txt")).to_be_visible()
    wait_until(lambda: product.ask("draft_files", ticket=number) == ["plan.txt"], 10, "the file in the draft")

    other = visit("ana", f"/tickets/{number}/")

    expect(words(other)).to_have_value("Half a sentence")
    expect(other.locator("[data-files]").get_by_text("plan.txt")).to_be_visible()
    other.keyboard.press("r")
    other.keyboard.press("Control+Enter")
    expect(other.locator("#conversation").get_by_text("Half a sentence")).to_be_visible()
    expect(words(other)).to_have_value("")
    assert product.ask("facts", ticket=number)["messages"][-1]["files"] == ["plan.txt"]
    assert product.ask("draft_files", ticket=number) is None


def test_words_typed_just_before_leaving_are_kept(opened):
    page, number = opened("Leaving")
    words(page).fill("The last words")
    page.goto("/tickets/")
    page.goto(f"/tickets/{number}/")

    expect(words(page)).to_have_value("The last words")


def test_words_that_cannot_be_kept_are_said_to_be_so_and_kept_when_it_works_again(opened):
    page, number = opened("No line")
    page.route("**/draft/", lambda route: route.fulfill(status=422))
    words(page).fill("Not yet")
    expect(page.locator("#composer-kept")).to_contain_text("could not be kept")

    page.unroute("**/draft/")
    words(page).fill("Now")
    kept(page)
    page.goto(f"/tickets/{number}/")
    expect(words(page)).to_have_value("Now")


def test_a_picture_is_pasted_removed_and_a_failed_one_tried_again(opened):
    page, _number = opened("Paste")
    paste = """async (name) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 4, height: 4 });
      canvas.getContext('2d');
      const blob = await new Promise((done) => canvas.toBlob(done));
      const data = new DataTransfer();
      data.items.add(new File([blob], name, { type: 'image/png' }));
      document.getElementById('body').dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }"""
    files = page.locator("[data-files]")

    page.evaluate(paste, "shot.png")
    expect(files.locator("img")).to_be_visible()
    page.get_by_role("button", name="Remove shot.png").click()
    expect(files.locator(".file")).to_have_count(0)

    page.route("**/tickets/files/", lambda route: route.fulfill(status=422))
    page.evaluate(paste, "again.png")
    expect(files.locator(".file--failed")).to_be_visible()
    page.unroute("**/tickets/files/")
    page.get_by_role("button", name="Try again").click()
    expect(files.locator("img")).to_be_visible()


def test_a_text_is_found_and_put_in_by_keyboard_alone(product, opened):
    product.ask(
        "canned", title="Zloty given back", shortcut="zloty", body="Dear {{ requester.first_name }}, {{ my.sum }}"
    )
    page, _number = opened("Texts")
    page.keyboard.press("r")
    page.keyboard.type("/zlo")
    expect(page.locator("#options").get_by_role("option", name="Zloty given back")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Enter")

    expect(words(page)).to_have_value("Dear Kim, {{ my.sum }}")
    page.keyboard.type("20 euro")
    expect(words(page)).to_have_value("Dear Kim, 20 euro")

    page.keyboard.press("Escape")
    page.keyboard.press("i")
    page.keyboard.type("zloty")
    expect(page.locator(".menu__list").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(words(page)).to_have_value("Dear Kim, 20 euroDear Kim, {{ my.sum }}")


def test_a_slow_answer_to_fewer_letters_never_puts_in_the_wrong_text(product, opened):
    product.ask("canned", title="Alpha answer", shortcut="alpha", body="Words of alpha")
    product.ask("canned", title="Omega answer", shortcut="omega", body="Words of omega")
    page, _number = opened("Slow texts")
    held = []
    page.route(lambda url: "/canned/" in url and url.endswith("?q="), lambda route: held.append(route))
    page.keyboard.press("i")
    page.keyboard.type("omega")
    page.keyboard.press("Enter")
    expect(words(page)).to_have_value("Words of omega")

    page.keyboard.press("Escape")
    page.keyboard.press("i")
    wait_until(lambda: page.wait_for_timeout(20) or held, 15, "the question that the opening asks")
    page.keyboard.type("ome")
    options = page.locator(".menu__list").get_by_role("option")
    expect(options).to_have_count(1)
    with page.expect_response(lambda answer: answer.url.endswith("?q=")):
        for route in held:
            route.continue_()
    expect(options).to_have_count(1)
    expect(page.get_by_label("Find a text")).to_have_value("ome")


def test_an_address_typed_faster_than_its_completion_is_taken_as_typed(product, opened):
    product.ask("open_ticket", subject="Other", name="Bo Holm", email="bo@beta.example")
    page, _number = opened("Quick hands")
    page.get_by_label("CC", exact=True).click()
    page.keyboard.type("bo@b")
    expect(page.locator("#options").get_by_role("option", name="Bo Holm")).to_be_visible()
    page.route("**/addresses/**", lambda route: None)
    page.keyboard.type("ravo.example")
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Remove bo@bravo.example")).to_be_visible()
    expect(page.get_by_role("button", name="Remove bo@beta.example")).to_have_count(0)


def test_a_colleague_is_mentioned_by_keyboard_and_follows(product, opened):
    page, _number = opened("Mention")
    page.keyboard.press("n")
    page.keyboard.type("Look, @sam")
    expect(page.locator("#options").get_by_role("option", name="Sam Other")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("please")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#conversation").get_by_text("Look, @Sam Other please")).to_be_visible()
    expect(page.get_by_text("added Sam Other as a follower")).to_be_visible()


def test_words_that_crossed_stand_beside_ones_own_and_one_chooses(product, opened):
    page, number = opened("Crossed")
    page.route("**/since/**", lambda route: route.fulfill(status=204))  # the live news has not come yet
    words(page).fill("My answer")
    product.ask("act", ticket=number, agent="Leo", reply="I have it already.")
    page.keyboard.press("Control+Enter")

    crossed = page.get_by_role("group", name="What came while you were writing")
    expect(crossed).to_contain_text("Leo Chief wrote while you were writing")
    expect(crossed).to_contain_text("I have it already.")
    expect(words(page)).to_have_value("My answer")
    assert axe(page) == []
    crossed.get_by_role("button", name="Keep editing").click()
    expect(crossed).to_have_count(0)
    expect(words(page)).to_be_focused()

    words(page).fill("My other answer")
    product.ask("act", ticket=number, agent="Leo", note="Really.")
    page.keyboard.press("Control+Enter")
    crossed.get_by_role("button", name="Send anyway").click()
    expect(page.locator("#conversation").get_by_text("My other answer")).to_be_visible()
    assert [m["text"] for m in product.ask("facts", ticket=number)["messages"][1:]] == [
        "I have it already.", "Really.", "My other answer",
    ]  # fmt: skip


def test_a_missing_attachment_is_asked_for_and_one_press_sends(opened):
    page, _number = opened("Promise")
    words(page).fill("I have attached the plan.")
    page.keyboard.press("Control+Enter")

    asked = page.get_by_role("alertdialog", name="Before it leaves")
    expect(asked).to_contain_text("none is attached")
    expect(asked.get_by_role("button", name="Send anyway")).to_be_focused()
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#conversation").get_by_text("I have attached the plan.")).to_be_visible()
    expect(asked).to_have_count(0)


def test_a_reply_is_planned_and_taken_back(product, opened):
    page, number = opened("Later")
    words(page).fill("Good morning, Kim.")
    page.get_by_label("Send and set the state, or send later").click()
    page.get_by_role("button", name="Tomorrow morning").click()

    planned = page.locator("#planned article")
    expect(planned).to_contain_text("Good morning, Kim.")
    expect(planned).to_contain_text("Leaves")
    expect(words(page)).to_have_value("")
    assert len(product.ask("facts", ticket=number)["messages"]) == 1
    assert axe(page) == []

    planned.get_by_role("button", name="Edit").click()
    expect(words(page)).to_have_value("Good morning, Kim.")
    expect(words(page)).to_be_focused()
    expect(planned).to_have_count(0)


def test_undo_brings_words_and_files_back_before_what_was_begun(product, opened):
    page, _number = opened("Undo")
    words(page).fill("Too early")
    page.locator("input[type=file]").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"})
    expect(page.get_by_role("button", name="Remove plan.txt")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#conversation").get_by_text("Too early")).to_be_visible()
    words(page).fill("Next")
    page.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(words(page)).to_have_value("Too early\n\nNext")
    expect(page.get_by_role("button", name="Remove plan.txt")).to_be_visible()


def test_the_preview_follows_the_words(opened):
    page, _number = opened("Preview")
    page.set_viewport_size({"width": 900, "height": 500})
    words(page).fill("**bold**" + "\n\nOn and on." * 20)
    page.get_by_role("button", name="Preview").click()
    preview = page.locator("#composer-preview")
    expect(preview.locator("strong")).to_have_text("bold")
    expect(preview.locator("strong")).to_be_in_viewport()

    words(page).fill("*slanted*")
    expect(preview.locator("em")).to_have_text("slanted")
    assert axe(page) == []
    page.get_by_role("button", name="Preview").click()
    expect(preview).to_be_hidden()


def test_addresses_are_chips_with_completion(product, opened):
    product.ask("open_ticket", subject="Other", name="Bo Holm", email="bo@beta.example")
    page, _number = opened("Chips")
    page.get_by_label("CC", exact=True).click()
    page.keyboard.type("bo@b")
    expect(page.locator("#options").get_by_role("option", name="Bo Holm")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("eva@gamma.example,")
    expect(page.get_by_role("button", name="Remove bo@beta.example")).to_be_visible()
    expect(page.get_by_role("button", name="Remove eva@gamma.example")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(page.get_by_role("button", name="Remove eva@gamma.example")).to_have_count(0)
    assert axe(page) == []

    words(page).fill("Hello both")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator("#conversation").get_by_text("cc bo@beta.example")).to_be_visible()


def test_a_message_is_quoted_or_only_what_is_selected_of_it(opened):
    page, _number = opened("Quote")
    page.get_by_role("link", name="Quote Kim Jensen").click()
    expect(words(page)).to_have_value("Kim Jensen wrote:\n> It burns.\n\n")

    words(page).fill("")
    page.locator("#conversation .message__body").first.evaluate(
        """(body) => { const range = document.createRange(); const text = body.querySelector('p').firstChild;
        range.setStart(text, 3); range.setEnd(text, 8);
        getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    page.get_by_role("link", name="Quote Kim Jensen").click()
    expect(words(page)).to_have_value("Kim Jensen wrote:\n> burns\n\n")


def test_without_javascript_one_writes_previews_plans_and_quotes(product, opened):
    page, _number = opened("No script", java_script_enabled=False)
    page.get_by_role("link", name="Quote Kim Jensen").click()
    expect(words(page)).to_have_value("Kim Jensen wrote:\n> It burns.\n\n")
    words(page).fill("I have attached **it**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#composer-preview strong")).to_have_text("it")
    page.get_by_label("Send and set the state, or send later").click()
    page.get_by_role("button", name="Tomorrow morning").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("none is attached")
    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator("#planned article")).to_contain_text("I have attached")


def test_texts_are_managed_in_settings(visit):
    page = visit("leo", "/settings/texts/new/")
    page.get_by_label("Title").fill("Opening hours")
    page.get_by_label("Text", exact=True).fill("We are here from 9 to 17.")
    page.get_by_label("Who may use it").select_option("Everybody")
    settle(page)
    assert axe(page) == []
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("link", name="Opening hours")).to_be_visible()
    assert axe(page) == []
