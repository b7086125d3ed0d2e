"""What figures leave out: told of what happened in the range, whenever the tickets came, and opened to its tickets."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from agents.actors import Actor
from agents.permissions import Role
from reports.exclusions import LEFT, exclusions
from reports.keeping import keep
from reports.metrics import KPIS
from reports.models import DaySum, Fact
from reports.rollups import days_behind
from reports.selection import Selection
from reports.zone import day_of, start_of
from tests.factories import make_agent, make_customer, make_ticket
from tests.sla.making import Story, at
from tickets.actions import AddReply, AddTag, SetStatus
from tickets.merging import merge_tickets
from tickets.perform import perform

pytestmark = pytest.mark.django_db

AT = datetime(2026, 12, 5, 12, 0, tzinfo=UTC)
NOVEMBER = "range=own&from=2026-11-01&to=2026-11-30"


@pytest.fixture
def november():
    return Selection(start_of(datetime(2026, 11, 1).date()), start_of(datetime(2026, 12, 1).date()))


def kept():
    with time_machine.travel(AT, tick=False):
        while keep():
            pass


def links(client, agent, url):
    """The sentence, and by the words of each number in it how many tickets its list holds, and whether it says that
    something is left out of it again."""
    with time_machine.travel(AT, tick=False):
        client.force_login(agent)
        words = client.get(url).content.decode()
        sentence = re.search(r'<p class="reports__exclusions">(.*?)</p>', words, re.DOTALL)[1]
        found = {}
        for href, told in re.findall(r'<a href="([^"]+)">([^<]+)</a>', sentence):
            answer = client.get(unescape(href)).content.decode()
            found[told] = int(re.search(r'data-tickets="(\d+)"', answer)[1]), "reports__exclusions" in answer
        return sentence, found


def test_an_import_of_a_month_before_is_told_where_its_tickets_are_solved(november):
    """Also from sums, in which each ticket counts once however much happened to it on however many days."""
    several, once, quiet = (Story("2026-10-05 09:00") for _each in range(3))
    for day in ("03", "17"):
        several.do(f"2026-11-{day} 10:00", AddReply("Done."), SetStatus("solved"))
        several.do(f"2026-11-{day} 15:00", SetStatus("open"))
    once.do("2026-11-04 10:00", SetStatus("solved"))
    kept()

    with time_machine.travel(AT, tick=False):
        assert (KPIS["solved"].figure(november).n, exclusions(november).imported) == (0, 2)
        assert DaySum.objects.filter(measure="left_imported", key="", days=1).count() == 4
        rows = LEFT["left_imported"].rows(november)
        assert set(rows.values_list("ticket", flat=True)) == {several.ticket.pk, once.ticket.pk}
        whole = Selection(at("2026-09-30 22:00"), november.end)
        assert (exclusions(november).standing, KPIS["backlog"].figure(november).n) == (2, 0)
        assert exclusions(whole).imported == 3 == len({*rows.values_list("ticket", flat=True), quiet.ticket.pk})
        # What altered makes later days of other kinds stale, too: the ticket was counted before, or not any more.
        facts = Fact.objects.filter(ticket=several.ticket).order_by("at", "pk")
        assert set(days_behind([facts[0]], facts.values())) == {day_of(fact.at) for fact in facts}
        merge_tickets(once.ticket.pk, several.ticket.pk, by=Actor.agent(make_agent("Ida", role=Role.ADMIN)), via="web")
        kept()
        # An imported ticket that was merged away is left out for the one reason that goes first.
        assert (exclusions(november).imported, exclusions(november).merged) == (2, 0)


def test_each_number_of_what_is_left_out_opens_to_its_tickets(client, billing, technical, settings):
    settings.AGENTS_SEE_ALL = False
    boss = make_agent("Ida", role=Role.ADMIN)
    chief = make_agent("Chief", role=Role.SUPERVISOR, teams=[billing])
    kim = make_customer()
    Story("2026-11-05 09:00", team=technical)
    with time_machine.travel(at("2026-11-06 09:00"), tick=False):
        ours, theirs, spam, stays = (make_ticket(kim, team=team) for team in (billing, technical, billing, billing))
        for gone in (ours, theirs):
            merge_tickets(gone.pk, stays.pk, by=Actor.agent(boss), via="web")
        perform(spam.pk, AddTag("spam"), by=Actor.agent(boss), via="web")
    kept()
    every = {
        "2 tickets that were merged into others": (2, False),
        "1 imported ticket": (1, False),
        "1 imported ticket in the backlog at its end": (1, False),
        "1 ticket tagged as spam": (1, False),
    }
    page = f"{reverse('reports:csat')}?{NOVEMBER}"

    sentence, found = links(client, boss, page)
    assert found == every
    assert sentence.startswith("Not counted in this range: <a ")
    assert sentence.endswith(", 0 mails set aside as spam.")
    assert links(client, boss, f"{reverse('reports:tickets', args=['created'])}?{NOVEMBER}")[1] == every
    # The same part of the month before.
    before = f"{reverse('reports:tickets', args=['solved'])}?{NOVEMBER.replace('11', '12')}&past=1"
    assert links(client, boss, before)[1] == {
        "1 imported ticket": (1, False),
        "1 imported ticket in the backlog at its end": (1, False),
    }
    sentence, found = links(client, chief, page)
    assert sum(n for n, _again in found.values()) == sum(int(words.split()[0]) for words in found) < 4
    assert "1 ticket tagged as spam" in found
    assert "0 imported tickets" in sentence
