"""Searching by hand: with the slash, by the arrows, in Danish and in Ukrainian, and without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_a_ticket_is_found_by_keyboard_alone_while_one_types(product, visit):
    wanted = product.ask("open_ticket", subject="Fakturaen for november mangler", email="search@alpha.example")
    page = visit("ana", "/tickets/?view=all")
    keys = page.keyboard

    keys.press("/")
    expect(page.locator("#search")).to_be_focused()
    keys.type("faktura")
    offered = page.locator("#search-found a")
    expect(offered.first).to_contain_text("Fakturaen for november mangler")
    expect(offered.first.locator("mark")).to_have_text("Fakturaen")
    keys.press("ArrowDown")
    expect(offered.first).to_be_focused()
    keys.press("ArrowUp")
    expect(page.locator("#search")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Enter")

    page.wait_for_url(re.compile(rf"/tickets/{wanted}/"))


def test_escape_closes_what_is_offered_and_keeps_what_was_typed(product, visit):
    product.ask("open_ticket", subject="Umbrella stand", email="search@alpha.example")
    page = visit("ana", "/tickets/?view=all")

    page.keyboard.press("/")
    page.keyboard.type("umbrel")
    expect(page.locator("#search-found a").first).to_contain_text("Umbrella stand")
    page.keyboard.press("Escape")

    expect(page.locator("#search-found a")).to_have_count(0)
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#search")).to_have_value("umbrel")


def test_danish_and_ukrainian_words_are_found_in_other_forms_and_marked(product, visit):
    product.ask("open_ticket", subject="Pakken fra København", email="search@alpha.example")
    product.ask("open_ticket", subject="Статус замовлень", email="search@alpha.example")
    page = visit("ana", "/tickets/search/?q=kobenhavn")

    hit = page.locator(".hit").first
    expect(hit.locator(".hit__link mark")).to_have_text("København")
    page.locator("#search").fill("замовлення")
    page.locator("#search").press("Enter")
    page.wait_for_url(re.compile(r"q=%D0"))
    expect(page.locator(".hit").first.locator(".hit__link mark")).to_have_text("замовлень")


def test_j_and_o_open_a_hit(product, visit):
    wanted = product.ask("open_ticket", subject="Xylophone out of tune", email="search@alpha.example")
    page = visit("ana", "/tickets/search/?q=xylophone")

    page.keyboard.press("j")
    expect(page.locator(".hit__link").first).to_be_focused()
    page.keyboard.press("o")

    page.wait_for_url(re.compile(rf"/tickets/{wanted}/"))


def test_search_works_without_javascript(product, visit):
    product.ask("open_ticket", subject="Zeppelin lost", email="search@alpha.example")
    page = visit("ana", "/tickets/?view=all", java_script_enabled=False)

    page.locator("#search").fill("zeppelins")
    page.locator("#search").press("Enter")

    page.wait_for_url(re.compile(r"/tickets/search/\?q=zeppelins"))
    expect(page.locator(".hit")).to_contain_text("Zeppelin lost")
