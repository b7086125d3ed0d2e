"""Pages of policies cost as many statements for many policies, steps and tickets as for few."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.models import SlaRevision
from sla.policies import proposal_of
from sla.policy_counts import KEY
from tests.factories import make_ticket
from tests.sla.making import make_calendar, make_policy

pytestmark = pytest.mark.django_db

LIST, EDIT, CHANGE, COUNTS = 10, 10, 7, 5
ASIDE = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
STEP = {"metric": "resolution", "at": "80%", "notify": ["assignee"], "escalate": False, "do": []}


@pytest.fixture
def statements(client, otto, settings):
    settings.REQUIRE_TWO_FACTOR_ROLES = ()
    client.force_login(otto)

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        told = [query["sql"] for query in captured if not query["sql"].startswith(ASIDE)]
        return sum(1 for sql in told if "cache_entries" not in sql)  # with Redis they are none

    return count


@pytest.mark.parametrize("rows", [1, 25])
def test_the_list_takes_as_many_statements_for_one_policy_as_for_many(statements, billing, rows):
    calendar = make_calendar()
    for number in range(rows):
        team = {"team": [str(billing.pk)]}
        make_policy(f"Policy {number}", calendar, resolution=60, conditions=[team], ladder=[STEP])

    assert statements("/settings/sla/") == LIST


@pytest.mark.parametrize("rows", [1, 25])
def test_a_policy_takes_as_many_statements_with_one_step_as_with_many(statements, rows):
    policy = make_policy("One", make_calendar(), resolution=60, ladder=[STEP] * rows)

    assert statements(f"/settings/sla/{policy.pk}/") == EDIT


@pytest.mark.parametrize("rows", [1, 25])
def test_a_weighed_change_takes_as_many_statements_for_one_ticket_as_for_many(statements, kim, rows):
    policy = make_policy("One", resolution=60)
    late = [[make_ticket(kim).pk, None] for _number in range(rows)]
    numbers = {
        "seen": rows,
        "touched": rows,
        "late_at_once": rows,
        "late": late,
        "by_policy": {policy.pk: [rows, rows]},
    }
    wanted = proposal_of(policy) | {"targets": {"resolution": {"normal": 1}}}
    change = SlaRevision.objects.create(kind="policy", policy=policy, proposal=wanted, impact=numbers, state="weighed")

    assert statements(f"/settings/sla/changes/{change.pk}/") == CHANGE


@pytest.mark.parametrize("rows", [1, 25])
def test_counting_open_tickets_takes_as_many_statements_for_one_as_for_many(statements, kim, rows):
    make_policy("One", resolution=60)
    for _number in range(rows):
        make_ticket(kim)
    cache.delete(KEY)

    assert statements("/settings/sla/counts/") == COUNTS
