"""The help sheet says the truth: every key of the pages stands in it, and everything in it is a key of the pages."""

import re
from pathlib import Path

import pytest

from helpdesk.key_map import KEYS, SHEET
from helpdesk.shell import OUTBOX, RAIL

ROOT = Path(__file__).resolve().parents[2]
# Keys of pages that only some see, which do one thing under a button that shows them.
SHOWN_ON_THEIR_PAGE = {"mod+enter"}


def keys_of_the_pages():
    """What elements say with data-key, and what templates hand to the ones that draw it."""
    found = {place.key for place in (*RAIL, OUTBOX)}
    for template in (ROOT / "templates").rglob("*.html"):
        if template.name == "gallery.html":
            continue
        words = template.read_text()
        found.update(re.findall(r'data-key="([^"{]+)"', words))
        found.update(
            re.findall(r'include "(?:components/_button|tickets/views/_query)\.html"[^%]*? key="([^"]+)"', words)
        )
    return found - SHOWN_ON_THEIR_PAGE


def moves_of_the_script():
    script = (ROOT / "static" / "js" / "keys.js").read_text()
    block = script.split("const MOVES = {")[1].split("};")[0]
    return set(re.findall(r'^  "?([^\s":]+)"?: \(\)', block, re.MULTILINE))


def test_the_sheet_names_every_key_of_the_pages_and_no_other():
    assert {key.press for key in KEYS if not key.move} == keys_of_the_pages()


def test_the_sheet_names_every_move_of_the_script_and_no_other():
    chords = {"mod+k", "mod+enter", "Escape"}

    assert {key.press for key in KEYS if key.move} - chords == moves_of_the_script()


def test_no_key_is_promised_twice():
    presses = [key.press for key in KEYS]

    assert len(presses) == len(set(presses))


@pytest.mark.django_db
def test_the_sheet_is_on_every_page_of_an_agent_with_all_of_its_keys(client, ana):
    client.force_login(ana)

    body = client.get("/tickets/").content.decode()

    sheet = body.split('id="keys"')[1].split("</dialog>")[0]
    assert sheet.count("<dt>") == len(KEYS)
    for title, _keys in SHEET:
        assert str(title) in sheet
