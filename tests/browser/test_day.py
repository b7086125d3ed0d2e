"""An agent's day from the first ticket to the last: run on SQLite and again on PostgreSQL with Redis."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.plugin_services import wait_until

expect.set_options(timeout=15_000)


@pytest.fixture
def word() -> str:
    """A word that only the tickets of this test hold, so that a list of them is theirs alone."""
    return f"zq{uuid4().hex[:8]}"


def message(page: Page, text: str):
    return page.locator("article.message", has_text=text)


def words(page: Page):
    return page.get_by_label("Your words")


def state(page: Page):
    return page.locator("#ticket-head [data-key=s] > summary")


def on_ticket(page: Page, ticket: int) -> None:
    """Wait until its page stands and has fetched what it fetches by itself."""
    page.wait_for_url(re.compile(rf"/tickets/{ticket}/(#.*)?$"))
    settle(page)


def answer_by_key(page: Page, text: str) -> None:
    page.keyboard.press("r")
    expect(words(page)).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    expect(message(page, text)).to_be_visible()
    expect(words(page)).to_have_value("")
    page.keyboard.press("Escape")
    expect(words(page)).not_to_be_focused()


def test_the_next_ticket_is_taken_from_those_that_nobody_has(product, visit, word):
    taken = product.ask("open_ticket", subject=f"Waits longest {word}")
    other = product.ask("open_ticket", subject=f"Came later {word}")
    page = visit("ana", f"/tickets/?query=is:open+assignee:none+{word}&sort=waiting")
    expect(page.locator("[data-ticket]")).to_have_count(2)

    page.keyboard.press("j")
    expect(page.locator(f"#open-{taken}")).to_be_focused()
    page.keyboard.press("o")
    on_ticket(page, taken)
    page.keyboard.press("a")
    expect(page.get_by_label("Find an agent")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#ticket-head button[name=assignee]:focus")).to_contain_text("Me")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-head [data-key=a] > summary")).to_contain_text("Ana Holm")

    page.keyboard.press("u")
    page.wait_for_url(re.compile(r"assignee:none"))
    expect(page.locator("[data-ticket]")).to_have_count(1)
    expect(page.locator(f"#open-{other}")).to_be_visible()
    assert product.ask("facts", ticket=taken)["assignee"] == "Ana Holm"
    assert product.ask("facts", ticket=other)["assignee"] is None


def test_five_are_answered_and_solved_one_after_the_other_by_keyboard_alone(product, visit, word):
    writers = [f"{word}-{number}@alpha.example" for number in range(5)]
    tickets = [
        product.ask("open_ticket", subject=f"Question {number} {word}", name=f"Writer {number}", email=address)
        for number, address in enumerate(writers)
    ]
    page = visit("ana", f"/tickets/?query={word}")
    expect(page.locator("[data-ticket]")).to_have_count(5)

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for ticket in reversed(tickets):
        on_ticket(page, ticket)
        answer_by_key(page, f"The answer to #{ticket}.")
        page.keyboard.press("e")
        expect(state(page)).to_contain_text("Solved")
        page.keyboard.press("]")

    page.wait_for_url(re.compile(r"/tickets/\?query=zq"))
    for ticket in tickets:
        facts = product.ask("facts", ticket=ticket)
        assert [one["text"] for one in facts["messages"]] == ["It burns.", f"The answer to #{ticket}."]
        assert facts["status"] == "solved"
    sent = [(address, f"The answer to #{ticket}.") for address, ticket in zip(writers, tickets, strict=True)]
    wait_until(lambda: all(_mails(product, *one) == 1 for one in sent), 90, "the five mails, each once")


def _mails(product, address: str, text: str) -> int:
    bodies = [one.message.get_body(("plain",)) for one in product.sink.received if one.recipients == [address]]
    return sum(text in body.get_content() for body in bodies)


def test_two_who_answer_at_once_see_each_other_and_nothing_is_lost_or_sent_twice(product, visit, word):
    ticket = product.ask("open_ticket", subject=f"Both want it {word}")
    ana = visit("ana", f"/tickets/{ticket}/")
    bea = visit("bea", f"/tickets/{ticket}/")
    # What Ana sends has not reached Bea's page yet when she sends hers.
    bea.route("**/since/**", lambda route: route.fulfill(status=204))
    words(ana).press_sequentially("Ana's answer")
    words(bea).press_sequentially("Bea's answer")
    expect(ana.locator("#presence")).to_contain_text("Bea Lund is replying")

    ana.keyboard.press("Control+Enter")
    expect(message(ana, "Ana's answer")).to_be_visible()
    bea.keyboard.press("Control+Enter")

    crossed = bea.get_by_role("group", name="What came while you were writing")
    expect(crossed).to_contain_text("Ana's answer")
    expect(words(bea)).to_have_value("Bea's answer")
    assert [one["text"] for one in product.ask("facts", ticket=ticket)["messages"]] == ["It burns.", "Ana's answer"]
    crossed.get_by_role("button", name="Send anyway").click()
    expect(message(bea, "Bea's answer")).to_be_visible()
    expect(message(ana, "Bea's answer")).to_be_visible()
    said = [(one["by"], one["text"]) for one in product.ask("facts", ticket=ticket)["messages"][1:]]
    assert said == [("Ana Holm", "Ana's answer"), ("Bea Lund", "Bea's answer")]


def test_a_merge_is_undone_and_both_tickets_are_as_they_were(product, visit, word):
    kept = product.ask("open_ticket", subject=f"Stays {word}", text="First mail.", email=f"{word}@alpha.example")
    gone = product.ask("open_ticket", subject=f"Goes {word}", text="Second mail.", email=f"{word}@alpha.example")
    product.ask("act", ticket=kept, agent="Bea", assignee="Bea", tags=["hall-a"])
    product.ask("act", ticket=gone, agent="Bea", reply="We look.", file=["steps.txt", "1."], status="pending")
    before = [product.ask("facts", ticket=ticket) for ticket in (kept, gone)]
    page = visit("ana", f"/tickets/{gone}/")
    on_ticket(page, gone)

    page.keyboard.press("m")
    page.get_by_label("Number or words of the other ticket").fill(f"#{kept}")
    page.get_by_role("link", name=f"Choose #{kept}").click()
    page.get_by_role("button", name="Merge").click()
    on_ticket(page, kept)
    expect(message(page, "Second mail.")).to_be_visible()
    expect(message(page, "We look.")).to_contain_text("steps.txt")
    assert len(product.ask("facts", ticket=kept)["messages"]) == 3
    page.get_by_role("button", name=f"Undo the merge of #{gone}").click()
    on_ticket(page, gone)

    expect(message(page, "We look.")).to_contain_text("steps.txt")
    after = [product.ask("facts", ticket=ticket) for ticket in (kept, gone)]
    for was, now in zip(before, after, strict=True):
        # The reply may have left the house meanwhile; all else is the same.
        assert now | {"outgoing": None} == was | {"outgoing": None}
    assert after[1]["outgoing"].count("cancelled") == 0


@pytest.mark.parametrize(
    ("subject", "asked", "marked"),
    [
        ("Pakken til København er væk", "kobenhavn pakke", ["Pakken", "København"]),
        ("Загубили мою посилку", "посилка", ["посилку"]),
    ],
    ids=["danish", "ukrainian"],
)
def test_a_ticket_is_found_in_its_language_as_soon_as_it_is_there(product, visit, subject, asked, marked):
    page = visit("ana", "/tickets/")
    wanted = product.ask("open_ticket", subject=subject, text="Tak." if subject.isascii() else "Дякую.")
    hidden = product.ask("open_ticket", subject=subject, team="Sales")

    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type(asked)
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/tickets/search/\?q="))
    hit = page.locator(".hit", has=page.locator(f"a[href^='/tickets/{wanted}/']"))
    expect(hit.locator(".hit__link mark")).to_have_text(marked)
    expect(page.locator(f".hit a[href^='/tickets/{hidden}/']")).to_have_count(0)


def test_all_that_match_are_solved_at_once_and_what_must_not_be_is_refused(product, visit, word):
    tickets = [product.ask("open_ticket", subject=f"Outage {number} {word}") for number in range(6)]
    product.ask("act", ticket=tickets[0], agent="Ana", status="solved")
    product.ask("act", ticket=tickets[0], agent="Ana", status="closed")
    foreign = product.ask("open_ticket", subject=f"Outage at Sales {word}", team="Sales")
    page = visit("ana", f"/tickets/?query={word}")
    expect(page.locator("[data-ticket]")).to_have_count(6)

    page.keyboard.press("j")
    page.keyboard.press("A")
    expect(page.locator("#bulk")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator("#bulk details[open] button:focus")).to_have_count(1)
    with page.expect_navigation():
        page.locator("#bulk button[value='status:pending']").press("Enter")

    toast = page.locator("[data-said]")
    expect(toast).to_contain_text("5 tickets were changed.")
    expect(toast).to_contain_text("1 was refused.")
    page.keyboard.press("j")
    page.keyboard.press("A")
    with page.expect_navigation():
        page.keyboard.press("e")
    expect(page.locator("[data-said]")).to_contain_text("5 tickets were changed.")
    states = [product.ask("facts", ticket=ticket)["status"] for ticket in tickets]
    assert states == ["closed"] + ["solved"] * 5
    assert product.ask("facts", ticket=foreign)["status"] == "new"


def test_a_snoozed_ticket_leaves_the_day_and_comes_back_by_itself(product, visit, word):
    ticket = product.ask("open_ticket", subject=f"Not today {word}")
    page = visit("ana", f"/tickets/{ticket}/")
    on_ticket(page, ticket)

    page.keyboard.press("h")
    expect(page.locator("#ticket-head button[name=preset]:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    hidden_until = page.locator("#ticket-head .ticket__bar > .pill[data-tone=teal]")
    expect(hidden_until).to_contain_text("until")
    page.goto(f"/tickets/?query=is:open+{word}")
    expect(page.locator("[data-ticket]")).to_have_count(0)
    page.goto(f"/tickets/?query=is:snoozed+{word}")
    expect(page.locator("[data-ticket]")).to_have_count(1)

    page.goto(f"/tickets/?query=is:open+{word}")
    product.ask("nap", ticket=ticket, agent="Ana", seconds=1)
    # The sweep of the running product finds it: nobody wakes it by hand, nobody reloads.
    expect(page.locator(f"#open-{ticket}")).to_be_visible(timeout=90_000)
    page.goto(f"/tickets/{ticket}/")
    expect(state(page)).to_contain_text("New")
    expect(hidden_until).to_have_count(0)
