"""Reports as people read them: from a number, and from a bar, to the very tickets behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product
from tests.plugin_services import wait_until

Visit = Callable[..., Page]
expect.set_options(timeout=15_000)
LIST = re.compile("/reports/created/tickets/")
# Where today's bar of the first series ends, in pixels of the page; Chart.js knows what it has drawn.
BAR = """() => {
    const chart = Chart.getChart(document.querySelector("[data-chart=flow-data] canvas"));
    const bars = chart.getDatasetMeta(0).data;
    const bar = bars[bars.length - 1].getProps(["x", "y", "base"], true);
    const box = chart.canvas.getBoundingClientRect();
    return [box.x + bar.x, box.y + (bar.y + bar.base) / 2];
}"""

# How what is drawn second is filled where bars are drawn, and how every line is drawn where lines are.
SECOND = "canvas => Chart.getChart(canvas).data.datasets[1].backgroundColor.constructor.name"
DASHES = "canvas => Chart.getChart(canvas).data.datasets.slice(0, 2).map(one => one.borderDash)"


def number(page: Page, place: str) -> int:
    return int(page.locator(place).first.evaluate("node => node.firstChild.textContent").strip() or 0)


def tickets(page: Page) -> int:
    return int(page.locator("#found").get_attribute("data-tickets") or 0)


def test_a_number_and_a_bar_lead_to_the_tickets_that_they_count(product: Product, visit: Visit) -> None:
    """Tickets of other tests may be told in between, so that a number that has just grown is looked at again."""
    product.ask("open_ticket", subject=f"Counted {uuid4().hex[:6]}")
    page = visit("leo", "/tickets/")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    created = "[data-kpi=created] .tile__value"

    def number_opens() -> bool:
        page.goto("/reports/?range=7d")
        told = number(page, created)
        page.locator(created).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(LIST)
        return told == tickets(page) > 0

    def bar_opens() -> bool:
        page.goto("/reports/?range=7d")
        page.locator("#flow canvas").scroll_into_view_if_needed()
        page.locator("#flow").get_by_role("button", name="Show as table").click()
        today = number(page, "#flow-table tbody tr:last-child td a")
        page.mouse.click(*page.evaluate(BAR))
        page.wait_for_url(LIST)
        return today == tickets(page) > 0

    wait_until(number_opens, 60, "a number that opens to what it counts")
    wait_until(bar_opens, 60, "a bar that opens to what it counts")

    # On paper nothing that only a screen can use, and each chart with its table; none needs colours to be read.
    page.goto("/reports/?range=7d")
    expect(page.locator(".filter-bar")).to_be_visible()
    assert page.locator("#flow canvas").evaluate(SECOND) == "CanvasPattern"
    page.emulate_media(media="print")
    expect(page.locator(".filter-bar")).to_be_hidden()
    charts = page.locator(".chart__table")
    assert charts.count() > 0
    for place in range(charts.count()):
        expect(charts.nth(place)).to_be_visible()
    page.emulate_media(media="screen")
    page.goto("/reports/volume/?range=7d")
    assert page.locator("#backlog canvas").evaluate(DASHES) == [[], [6, 4]]
    page.goto("/reports/created/tickets/?range=7d")

    page.locator("tbody tr a[data-open]").first.click()
    expect(page.locator("#ticket-head, #composer").first).to_be_visible()


def test_the_board_on_the_wall_tells_a_new_ticket_without_being_loaded_again(product: Product, visit: Visit) -> None:
    board = visit("leo", "/reports/live/")
    opened = board.locator(".wall__number dd").first
    before = int(opened.inner_text())
    board.evaluate("() => { window.isTheSamePage = true }")

    product.ask("open_ticket", subject=f"Seen on the wall {uuid4().hex[:6]}")

    # What is dear to count comes at most every 15 s, on a machine that may be busy.
    expect(opened).not_to_have_text(str(before), timeout=60_000)
    assert int(opened.inner_text()) > before
    assert board.evaluate("window.isTheSamePage") is True
