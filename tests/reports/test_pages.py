"""The pages of reports: one filter for all of them, and every number opens to exactly what it counts."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.actors import Actor
from agents.permissions import Role
from customers.models import Organization
from reports.exclusions import exclusions
from reports.forms import FilterForm
from reports.kpi import RATE
from reports.lease import Lease
from reports.metrics import KPIS
from reports.models import DaySum, Fact, ReportMail, ReportSchedule, StaleDay
from reports.page_files import csv_of, page_file
from reports.pages import overview, volume
from reports.report_letters import compose
from reports.selection import Period
from reports.views import drilldown
from sla.models import SlaPolicy
from tests.factories import make_agent
from tests.reports.desk import desk_made_once

AT = datetime(2026, 4, 12, 12, 0, tzinfo=UTC)
FILTER = "range=own&from=2026-03-25&to=2026-04-12"
# Statements, the session and the rail among them: a tile takes up to nine of them, a chart two.
MOST = {"overview": 144, "volume": 84}
UNKNOWN = ("-", "", "Unknown language")
FOUND = re.compile(r'id="found" data-values="(\d+)" data-tickets="(\d+)"')


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker):
    """Made once: every test here reads only."""
    with desk_made_once(django_db_blocker, seed=5, tickets=40, told_at=AT) as desk:
        yield desk


@pytest.fixture
def boss(desk, client, db):
    client.force_login(desk.boss)
    with time_machine.travel(AT, tick=False):
        yield client


def form_of(query, agent):
    return FilterForm(QueryDict(query), actor=Actor.agent(agent), at=AT)


def asked_of(query, agent):
    form = form_of(query, agent)
    assert form.is_valid(), form.errors
    return form.asked


def opens(client, url):
    """(values, tickets) of the page that a link leads to."""
    answer = client.get(unescape(url))
    assert answer.status_code == 200, url
    found = FOUND.search(answer.content.decode())
    return int(found[1]), int(found[2])


def behind(kpi, figure):
    """A rate opens to both: what is counted, and for each of what."""
    return figure.n + figure.hits if kpi.unit == RATE else figure.n


@pytest.mark.parametrize("page", [overview, volume], ids=lambda page: page.KEY)
def test_every_number_of_a_page_opens_to_what_it_counts(boss, desk, page):
    made = page.build(asked_of(f"{FILTER}&priority=normal&priority=high", desk.boss))

    cells = [cell for table in made.tables[1:] for row in table.rows for cell in row if "/tickets/?" in cell.link]
    counts = [cell for cell in cells if cell.unit == "count" and "/net_flow/" not in cell.link and cell.value]
    assert len(counts) > 20
    for cell in counts[:: len(counts) // 14]:
        assert opens(boss, cell.link)[0] == cell.value, cell.link
    for tile in made.tiles:
        assert opens(boss, tile.url)[0] == behind(tile.kpi, tile.figure), tile.kpi.key
        assert opens(boss, tile.before_url)[0] == behind(tile.kpi, tile.before), tile.kpi.key


def test_an_hour_of_the_week_and_an_age_of_the_backlog_open_to_their_tickets(boss, desk):
    asked = asked_of(FILTER, desk.boss)
    hours = [asked.narrowed("hour", hour).tickets("created") for hour in range(0, 168, 12)]
    ages = [asked.tickets("backlog", age=age) for age in range(7)]

    by_hour = [KPIS["created"].figure(asked.narrowed("hour", hour).selection).n for hour in range(0, 168, 12)]
    assert [opens(boss, url)[0] for url in hours] == by_hour
    assert sum(opens(boss, url)[0] for url in ages) == KPIS["backlog"].figure(asked.selection).n > 0


def test_the_list_behind_a_number_says_what_was_measured_and_pages_through_all_of_it(boss, desk, monkeypatch):
    monkeypatch.setattr(drilldown, "PER_PAGE", 7)
    url = asked_of(FILTER, desk.boss).tickets("next_response")
    values, tickets = opens(boss, url)
    seen, told = [], 0
    while url:
        words = boss.get(unescape(url)).content.decode()
        assert (f'href="/reports/times/?{FILTER}"'.replace("&", "&amp;") in words, "?own" in words) == (True, False)
        seen += re.findall(r'href="/tickets/(\d+)/" data-open', words)
        told += sum(len(cell.split(", ")) for cell in re.findall(r'<td data-label="Value">(.*?)</td>', words))
        older = re.search(r'href="([^"]+older=[^"]+)"', words)
        url = older[1] if older else ""

    assert len(seen) == len(set(seen)) == tickets
    assert told == values > tickets > 7


def test_the_balance_says_that_spam_is_counted_on_no_day_and_opens_it(boss, desk):
    words = boss.get(f"/reports/volume/?{FILTER}").content.decode()

    note, url = re.search(
        r'<p class="chart__note">(Tickets that are tagged as spam[^<]+)<a href="([^"]+)">', words
    ).groups()
    assert "not even on those before they were tagged" in note
    spam = exclusions(asked_of(FILTER, desk.boss).selection).spam_tickets
    assert opens(boss, url) == (spam, spam)
    assert spam > 0


def test_the_filter_bar_is_read_from_the_address_and_written_back(desk, db):
    team, agent = desk.teams[0], desk.agents[1]
    printers = Organization.objects.create(name="Alpha Print")
    words = (
        f"range=own&from=2026-03-01&to=2026-03-31&team={team.pk}&team=-&agent={agent.pk}&channel=web&priority=urgent"
        "&tag=VIP&organization=alpha print&language=da&hour=9&hours=business&imported=1&compare=none&unknown=1"
    )

    asked = asked_of(words, desk.boss)

    assert asked.period == Period(date(2026, 3, 1), date(2026, 4, 1))
    assert asked.slices == {
        "team": [team.pk, None],
        "agent": [agent.pk],
        "channel": ["web"],
        "priority": [4],
        "tag": ["vip"],
        "organization": [printers.pk],
        "language": ["da"],
        "hour": [9],
    }
    assert (asked.business, asked.imported, asked.compare, asked.before) == (True, True, False, None)
    again = asked_of(asked.query, desk.boss)
    assert (again.query, again.selection) == (asked.query, asked.selection)
    assert asked_of("", desk.boss).period == Period(date(2026, 3, 16), date(2026, 4, 13))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("range=own&from=2026-04-31&to=2026-04-02", "Enter a valid date."),
        ("range=own&from=2026-04-03&to=2026-04-02", "The last day lies before the first."),
        ("range=own&from=2001-01-01&to=2026-04-02", "Choose at most three years."),
        ("range=own&from=2026-04-03", "Give the first and the last day."),
        ("team=987654321", "Team: there is no “987654321”."),
        ("tag=a!b&channel=email", "Tag: there is no “a!b”."),
        ("hour=168", "Hour of the week: there is no “168”."),
    ],
)
def test_a_wrong_filter_is_told_and_nothing_of_it_is_lost(boss, wrong, said):
    answer = boss.get(f"/reports/?{wrong}")

    words = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert said in words
    assert 'class="tile"' not in words
    for value in QueryDict(wrong).values():
        assert f'value="{value}"' in words
    tab = QueryDict(re.search(r'href="/reports/volume/\?([^"]*)"', words)[1])
    assert dict(tab.lists()) == dict(QueryDict(wrong).lists())
    assert boss.get(f"/reports/created/tickets/?{wrong}").status_code == 422


def test_a_page_draws_charts_without_inline_code_and_with_their_tables(boss):
    words = boss.get(f"/reports/?{FILTER}").content.decode()

    assert "style=" not in words.split("<main")[1]
    assert "/static/chartkick/Chart.bundle" in words
    chart = json.loads(re.search(r'<script id="flow-data" type="application/json">(.*?)</script>', words)[1])
    section = words.split('id="flow-table"')[1].split("</section>")[0]
    assert re.findall(r'<td class="num"><a href="[^"]+">([^<]+)</a>', section)[::2] == chart["series"][0]["words"]
    assert "days of Europe/Copenhagen" in words
    assert "Chart.bundle" not in boss.get("/tickets/").content.decode()


def test_without_a_previous_period_nothing_is_compared(boss):
    compared, alone = (boss.get(f"/reports/?{FILTER}{more}").content.decode() for more in ("", "&compare=none"))

    assert ("tile__before" in compared, "compared with" in compared) == (True, True)
    assert ("tile__before" in alone, "compared with" in alone) == (False, False)


def test_a_previous_period_that_begins_before_the_first_ticket_says_so(boss):
    early, later, alone = (
        boss.get(f"/reports/?{query}").content.decode() for query in (FILTER, "range=7d", f"{FILTER}&compare=none")
    )

    assert early.count("begins before the first ticket") == 1
    assert "begins before the first ticket" not in later + alone
    assert "compared with" in later
    StaleDay.objects.create(day=date(2026, 3, 6))  # nobody knows what there was until that day is summed
    assert "begins before the first ticket" not in boss.get(f"/reports/?{FILTER}").content.decode()


def test_a_tile_that_no_hour_narrows_says_so(boss):
    words = boss.get(f"/reports/?{FILTER}&hour=9").content.decode()

    tiles = dict(re.findall(r'<article class="tile" data-kpi="(\w+)">(.*?)</article>', words, re.DOTALL))
    assert {key for key, tile in tiles.items() if "of every hour of the week" in tile} == {"backlog"}
    assert "of every hour of the week" not in boss.get(f"/reports/?{FILTER}").content.decode()


def test_lists_files_and_mails_say_what_pages_mark(boss, desk):
    """Of a previous period that began before the first ticket, and of a backlog that no hour narrows."""
    less = "The previous period begins before the first ticket, so there is less to compare with."
    every = "Any backlog here is that of every hour of the week: the filter by hours does not narrow it."
    chips = ("begins before the first ticket", "of every hour of the week")

    def marked(url):
        words = boss.get(url).content.decode()
        return tuple(chip in words for chip in chips)

    asked, hourly = asked_of(FILTER, desk.boss), asked_of(f"{FILTER}&hour=9", desk.boss)
    assert marked(asked.tickets("created", past=True)) == (True, False)
    assert marked(asked.tickets("created")) == (False, False)
    assert marked(hourly.tickets("backlog", past=True)) == (True, True)
    assert marked(hourly.tickets("created")) == (False, False)

    plain, made = (
        page_file("overview", QueryDict(query), Actor.agent(desk.boss), AT)
        for query in ("range=7d", f"{FILTER}&hour=9")
    )
    assert (less in plain.notes[-1], every in plain.notes[-1]) == (False, False)
    assert made.notes[-1].endswith(f"set aside as spam. {less} {every}")
    assert f"{less} {every}" in list(csv_of(made.tables[0], made.notes))[-1]
    listed = boss.get(hourly.tickets("backlog").replace("/reports/backlog/tickets/", _export("backlog"))).getvalue()
    assert listed.decode().rstrip().endswith(f'set aside as spam. {every}"')

    schedule = ReportSchedule(name="Mornings", page="times", query=f"{FILTER}&hour=9", format="csv", made_by=desk.boss)
    letter = compose(ReportMail(schedule=schedule, agent=desk.boss, planned_for=AT), Actor.agent(desk.boss))
    for body in (letter.body, unescape(letter.alternatives[0].content)):
        assert (less in body, every in body) == (True, True)
        assert [line.split(":")[0] for line in letter.body.splitlines() if line.endswith(chips[1])] == ["Backlog"]


def _export(kpi):
    return reverse("reports:export_tickets", args=[kpi, "csv"])


def test_pages_and_lists_say_that_figures_are_being_rebuilt(boss):
    urls = (f"/reports/?{FILTER}", f"/reports/created/tickets/?{FILTER}")
    words = "All figures are being calculated again."
    assert [words in boss.get(url).content.decode() for url in urls] == [False, False]
    lease = Lease.take()

    assert [words in boss.get(url).content.decode() for url in urls] == [True, True]

    lease.give_up()
    assert words not in boss.get(urls[0]).content.decode()


def test_a_supervisor_counts_and_opens_only_what_their_teams_have(desk, client, db, settings):
    settings.AGENTS_SEE_ALL = False
    chief = make_agent("Chief", role=Role.SUPERVISOR, teams=desk.teams[:1])
    asked = asked_of(FILTER, chief)
    client.force_login(chief)

    with time_machine.travel(AT, tick=False):
        found = opens(client, asked.tickets("created"))
        offered = client.get(f"/reports/?{FILTER}").content.decode()
    assert found[0] == KPIS["created"].figure(asked.selection).n
    assert 0 < found[0] < KPIS["created"].figure(asked_of(FILTER, desk.boss).selection).n
    assert (">Billing</option>" in offered, ">Technical</option>" in offered) == (True, False)


def test_a_page_costs_as_many_statements_whatever_happened(boss, desk):
    """One day or a quarter, an empty range or a full one: charts and tiles ask for all their steps at once."""
    counts = {}
    for name in ("overview", "volume"):
        for query in (FILTER, "range=90d", "range=own&from=2020-01-01&to=2020-02-28"):
            with CaptureQueriesContext(connection) as captured:
                assert boss.get(f"{reverse(f'reports:{name}')}?{query}").status_code == 200
            counts[name, query] = len(captured)

    assert {key: n for key, n in counts.items() if n > MOST[key[0]]} == {}


def test_a_range_in_which_nothing_happened_says_so(boss):
    words = boss.get("/reports/volume/?range=own&from=2020-01-01&to=2020-02-28").content.decode()

    assert words.count("Nothing happened in this range.") >= 4
    assert "Chart: " not in words


def test_language_and_policy_are_fields_where_there_is_something_to_choose_from(boss, desk, db):
    """What occurs is to be chosen: languages of the weeks that are summed as those of the newest facts."""

    def fields(query=FILTER):
        words = boss.get(f"/reports/?{query}").content.decode()
        selects = re.findall(r'<select id="filter-(language|policy)".*?>(.*?)</select>', words, re.DOTALL)
        return {key: re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)<', text) for key, text in selects}

    assert DaySum.objects.filter(measure="created", key="language", days=7).exists()
    policies = [(str(row.pk), "", row.name) for row in SlaPolicy.objects.all_in_order()]
    assert len(policies) > 1
    assert fields() == {
        "language": [("", " selected", "All languages"), ("da", "", "Danish"), ("en", "", "English"), UNKNOWN],
        "policy": [("", " selected", "All policies"), *policies, ("-", "", "No policy")],
    }
    chosen = fields(f"{FILTER}&language=da&policy={policies[0][0]}")
    assert [one[2] for key in ("language", "policy") for one in chosen[key] if one[1]] == ["Danish", policies[0][2]]
    # One that came after all weeks that are summed.
    last = Fact.objects.filter(kind="created").order_by("-at")[0]
    Fact.objects.filter(pk=last.pk).update(language="uk", at=AT)
    assert [one[2] for one in fields()["language"]][3:] == ["Ukrainian", "Unknown language"]
    DaySum.objects.all().delete()
    Fact.objects.filter(kind="created").update(language="en")
    assert list(fields()) == ["policy"]
    assert list(fields(f"{FILTER}&language=xx")) == ["language", "policy"]
