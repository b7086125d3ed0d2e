"""Keepers of figures that are killed, or that work at once: each ticket is told, none twice, and a rebuild agrees."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest

from tests.faults.house import House, kill

pytestmark = pytest.mark.services

TICKETS = 300
KEEP = """
from reports import keeping
from reports.models import Stale

keeping.USUAL_BATCH, told, real = 20, [], keeping.refresh
def refresh(tickets):
    real(tickets)
    told.extend(tickets)
    if SLOW and len(told) >= 100:
        tell("in the middle")
        time.sleep(60)
keeping.refresh = refresh
while Stale.objects.exists():
    keeping.keep()
tell(told)
"""


def asked(house: House, question: str) -> Any:
    return house.ask(f"__import__('tests.faults.figures_in_a_house', fromlist=['x']).{question}")


def test_keepers_that_are_killed_or_work_at_once_tell_each_ticket_once(big_house: House) -> None:
    house = big_house
    assert asked(house, f"open_tickets({TICKETS})") == TICKETS

    killed = house.spawn(f"SLOW = True\n{KEEP}")
    assert killed.stdout is not None
    assert json.loads(killed.stdout.readline()) == "in the middle"
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert asked(house, "told()") == {"created": 80, "stale": TICKETS - 80, "tickets": TICKETS, "rebuilding": 0}

    pair = [house.spawn(f"SLOW = False\n{KEEP}") for _n in range(2)]
    one, other = (json.loads(keeper.communicate(timeout=60)[0].decode().splitlines()[-1]) for keeper in pair)

    assert [keeper.returncode for keeper in pair] == [0, 0]
    assert len(one) + len(other) == len({*one, *other}) == TICKETS - 80
    assert asked(house, "told()") == {"created": TICKETS, "stale": 0, "tickets": TICKETS, "rebuilding": 0}

    kept, tables = asked(house, "rows()"), asked(house, "schema()")
    assert f"{TICKETS} tickets told: " in asked(house, "rebuild('--processes=2')")
    assert asked(house, "rows()") == kept
    assert asked(house, "schema()") == tables
    assert "0 differences" in asked(house, "rebuild('--check')")
    for keeper in (killed, *pair):
        kill(keeper)
