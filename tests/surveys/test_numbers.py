"""What answers come to: the check values of the Wilson interval, and shares that count what they say."""

from __future__ import annotations

import pytest
from django.test import Client

from agents.actors import Actor
from agents.models import Agent
from surveys.models import Survey
from surveys.numbers import Tally, tally
from surveys.wilson import wilson
from tests.factories import make_customer, make_ticket
from tests.surveys.desk import do, sent, solve, switch_on
from tickets.actions import AddTag
from tickets.merging import merge_tickets
from tickets.models import Change


@pytest.mark.parametrize(
    ("good", "total", "least", "most"),
    [(9, 10, 59.6, 98.2), (45, 50, 78.6, 95.7), (900, 1000, 88.0, 91.7), (0, 10, 0.0, 27.8), (10, 10, 72.2, 100.0)],
)
def test_the_interval_has_its_known_values(good: int, total: int, least: float, most: float) -> None:
    found = wilson(good, total)

    assert (round(found[0] * 100, 1), round(found[1] * 100, 1)) == (least, most)


def test_without_answers_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert Tally(sent=0, answered=0, good=0, low=0, average=None).percent is None


@pytest.mark.django_db
def test_a_tally_counts_what_was_sent_answered_good_and_low(ana: Agent, client: Client) -> None:
    switch_on()
    team = ana.memberships.get().team
    for number, score in enumerate((5, 4, 3, 2, 1, 5, None)):
        _survey, token = sent(make_ticket(make_customer(f"C{number}", f"c{number}@x.example"), team=team), ana)
        if score:
            client.post(f"/feedback/{token}/", {"score": str(score)})
    solve(make_ticket(make_customer("Last", "last@x.example"), team=team), ana)  # planned: not delivered

    found = tally(Survey.objects.all())

    assert found == Tally(sent=7, answered=6, good=3, low=2, average=20 / 6)
    assert (found.percent, found.interval) == (50, (19, 81))


@pytest.mark.django_db
def test_a_tally_leaves_out_what_reports_leave_out(ana: Agent) -> None:
    """Spam, tickets that were merged away, and the history that an import brought."""
    switch_on()
    team = ana.memberships.get().team
    tickets = [make_ticket(make_customer(f"C{n}", f"c{n}@x.example"), team=team) for n in range(4)]
    for ticket in tickets:
        sent(ticket, ana)
    counted, spam, merged, imported = tickets
    do(spam, ana, AddTag("spam"))
    merge_tickets(merged.pk, counted.pk, by=Actor.agent(ana), via="web", confirmed=True)
    Change.objects.filter(pk=imported.changes.order_by("pk")[0].pk).update(via="import")

    assert tally(Survey.objects.all()).sent == 1
    assert Survey.objects.counted().get().ticket == counted
