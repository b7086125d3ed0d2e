"""The search pairs of the corpus: a query finds the text that it should and not the other, on either database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.channels.corpus import FOLDER
from tests.factories import make_customer, make_ticket
from tickets.models import Ticket
from tickets.search import matching

PAIRS = FOLDER.parent / "search.json"
KNOWN = Path(__file__).with_name("corpus_known_failures.json")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not PAIRS.exists(),
        reason=f"the search pairs are not there ({PAIRS}); set HELPDESK_CORPUS to the folder that holds them",
    ),
]


def failing(pair: dict[str, Any]) -> str:
    """What is wrong with the answers to this pair; "" when nothing is."""
    right = make_ticket(make_customer(), subject="Right", text=pair["should_match"])
    wrong = make_ticket(make_customer(), subject="Wrong", text=pair["should_not_match"])
    found = set(matching(Ticket.objects.filter(pk__in=(right.pk, wrong.pk)), pair["query"]))
    missed = "misses the text that it should find" if right not in found else ""
    return missed or ("finds the text that it should not" if wrong in found else "")


def test_exactly_the_known_pairs_fail(capsys):
    """A pair that fails anew is a regression; one that holds again leaves the list, which gives each its reason."""
    pairs = json.loads(PAIRS.read_text())
    known = json.loads(KNOWN.read_text())

    failed = {pair["id"]: why for pair in pairs if (why := failing(pair))}

    with capsys.disabled():
        basic = [pair["id"] for pair in pairs if pair["level"] == "basic"]
        held = sum(name not in failed for name in basic)
        print(f"\n{len(pairs)} search pairs: {len(pairs) - len(failed)} hold, {held} of {len(basic)} basic ones")
    assert len(pairs) == 15
    assert failed == {name: entry["fails"] for name, entry in known.items()}
