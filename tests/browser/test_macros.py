"""A macro by keyboard alone: chosen, looked at, sent with the words; and one without words, applied at once."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import Route, expect

from tests.plugin_services import wait_until


def test_a_macro_is_chosen_looked_at_and_sent_by_key(product, visit):
    word = uuid4().hex[:8]
    steps = [{"do": "set_status", "status": "pending"}, {"do": "add_tag", "tag": word}]
    product.ask("macro", name=f"Speaks {word}", steps=steps, body="Dear {{ requester.first_name }}, it is done.")
    product.ask("macro", name=f"Moves {word}", steps=[{"do": "set_priority", "priority": "urgent"}], body="")
    key = product.ask("open_ticket", subject="Macro", name="Pia Holm", email=f"{word}@p.example")
    page = visit("ana", f"/tickets/{key}/")
    chosen, words = page.locator("#composer-macro .macro"), page.locator("#body")

    # Whoever types before the macros have come means the field that comes with them, and no other key of the page.
    waiting: list[Route] = []
    page.route("**/macros/?after=*", lambda route: waiting.append(route))
    page.keyboard.press("M")
    expect(page.locator("summary.htmx-request")).to_have_count(1)
    page.keyboard.type(f"Speaks {word}")
    page.keyboard.press("Enter")
    waiting[0].continue_()
    expect(words).to_have_value("Dear Pia, it is done.")
    expect(words).to_be_focused()
    expect(chosen).to_contain_text("Pending")
    page.keyboard.type(" Soon.")
    page.keyboard.press("Control+Enter")
    expect(chosen).to_have_count(0)
    expect(page.locator("#conversation")).to_contain_text(f"applied the macro “Speaks {word}”")
    expect(page.locator("#conversation")).to_contain_text("Dear Pia, it is done. Soon.")
    assert product.ask("facts", ticket=key)["status"] == "pending"

    page.keyboard.press("Escape")
    page.keyboard.press("M")
    expect(page.get_by_role("searchbox", name="Find a macro")).to_be_focused()
    page.keyboard.type(f"Moves {word}")
    page.keyboard.press("Enter")
    expect(chosen.get_by_role("button", name="Apply")).to_be_focused()
    expect(chosen).to_contain_text("Urgent")
    page.keyboard.press("Enter")
    expect(chosen).to_have_count(0)
    expect(page.locator("#conversation")).to_contain_text(f"applied the macro “Moves {word}”")
    wait_until(lambda: product.ask("facts", ticket=key)["priority"] == "urgent", 10, "the priority to be raised")
