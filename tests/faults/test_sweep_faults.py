"""The watch over promises is killed in the middle of its work, and each step still happens exactly once."""

from __future__ import annotations

import os
import signal

import pytest

from tests.faults.house import House, kill
from tests.plugin_services import wait_until

pytestmark = pytest.mark.services

FORTY_LATE = """
from datetime import timedelta
from django.utils.timezone import now
from tests.factories import make_agent, make_team
from tests.sla.making import Story, make_policy

team, kim = make_team("Billing"), customer_for_email("kim@alpha.example", "Kim")
make_agent("Leo", role="supervisor", teams=[team])
make_policy(first_response=60, ladder=[
    {"metric": "first_response", "at": "50%", "notify": ["assignee"]},
    {"metric": "first_response", "at": "0", "escalate": True, "ack_minutes": 600},
])
tell([Story(now() - timedelta(hours=2), requester=kim, team=team).ticket.pk for number in range(40)])
"""

SWEEP = """
from sla import sweep as sweeping
from sla.actions import breach

real = breach._take
def slowly(*args, **how):
    time.sleep(0.03)
    return real(*args, **how)
if SLOW:
    breach._take = slowly
tell("sweeping")
tell(sweeping.sweep().done)
"""

ASK = "__import__('sla.models', fromlist=['x']).ClockStep.objects.filter(step='{}').count()"


def counts(house: House) -> list[int]:
    return [house.ask(ASK.format(step)) for step in ("50%#1", "due", "0#1")]


def facts(house: House) -> list[int]:
    asked = "__import__('tickets.models', fromlist=['x']).Event.objects.filter(kind='{}').count()"
    return [house.ask(asked.format(kind)) for kind in ("sla_breached", "escalated")]


@pytest.fixture
def house(big_house: House) -> House:
    """As production has it: on SQLite, with one writer at a time, less can cross."""
    return big_house


def test_a_sweep_killed_in_the_middle_is_finished_by_the_next_and_nothing_happens_twice(house: House) -> None:
    """Fault F01: kill -9 while a batch is under way; on both databases, three times in a row."""
    house.run(FORTY_LATE)

    for wanted in (1, 26, 51):
        victim = house.spawn("SLOW = True\n" + SWEEP)
        assert victim.stdout is not None
        victim.stdout.readline()
        wait_until(lambda least=wanted: sum(counts(house)) >= least, 60, "a batch that committed")
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait(20)
        kill(victim)

    assert 0 < sum(counts(house)) < 120
    house.run("SLOW = False\n" + SWEEP)

    assert counts(house) == [40, 40, 40]
    assert facts(house) == [40, 40]
    assert house.run("SLOW = False\n" + SWEEP) == 0
