"""Who may say how a team hands out its tickets, what they read there, and what becomes of nonsense."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from agents.models import Agent, AgentAudit
from agents.permissions import Role
from automation import known_teams
from automation.administration import set_routing
from automation.models import AgentHours, Mode, TeamRouting
from helpdesk.lib.errors import Denied
from sla.models import Calendar
from tests.automation.making import holders, make_calendar, make_member, queue, route
from tests.factories import make_agent
from tickets.actions import AddTag, AssignTo
from tickets.perform import perform

pytestmark = pytest.mark.django_db

OFFICE = [[[540, 1020]]] * 5 + [[], []]


@pytest.fixture
def ops(client: Client, otto: Agent) -> Client:
    client.force_login(otto)
    return client


def page(team):
    return f"/settings/teams/{team.pk}/routing/"


def work(agent):
    return f"/settings/agents/{agent.pk}/work/"


def test_the_ops_manager_chooses_how_a_team_hands_out(ops, billing, otto):
    calendar = make_calendar("Office", OFFICE)

    answer = ops.post(page(billing), {"mode": "least_loaded", "calendar": calendar.pk})

    assert (answer.status_code, answer.url) == (302, page(billing))
    routing = TeamRouting.objects.get(team=billing)
    assert (routing.mode, routing.calendar) == (Mode.LEAST_LOADED, calendar)
    audit = AgentAudit.objects.get(kind="routing_edited")
    assert (audit.actor, audit.team, audit.data) == (otto, billing, {"fields": ["mode", "calendar"]})


def test_saving_what_stands_leaves_no_trace(ops, billing):
    route(billing, Mode.ROUND_ROBIN)

    ops.post(page(billing), {"mode": "round_robin", "calendar": ""})

    assert not AgentAudit.objects.filter(kind="routing_edited").exists()


def test_looking_stores_nothing(ops, billing):
    assert ops.get(page(billing)).status_code == 200

    assert not TeamRouting.objects.exists()


@pytest.mark.parametrize("who", ["ana", "leo"])
def test_agents_and_supervisors_do_not_switch_it(who, client, billing, request):
    """Refused at the page and behind it."""
    agent = request.getfixturevalue(who)
    client.force_login(agent)

    answer = client.post(page(billing), {"mode": "round_robin", "calendar": ""})
    with pytest.raises(Denied):
        set_routing(billing.pk, by=Actor.agent(agent), mode="round_robin", calendar=None)

    assert answer.status_code == 403
    assert not TeamRouting.objects.exists()


def test_a_switch_is_known_here_at_once_and_what_waits_is_looked_at(
    ops, billing, monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr("automation.administration.wake", lambda: woken.append(1))

    with django_capture_on_commit_callbacks(execute=True):
        ops.post(page(billing), {"mode": "round_robin", "calendar": ""})

    assert known_teams.automatic_teams() == {billing.pk}
    assert woken == [1]


@pytest.mark.parametrize("mode", ["", "everything", "round_robin\x00", "[]"])
def test_no_other_way_is_taken(ops, billing, mode):
    """G04: an answer, never a crash."""
    assert ops.post(page(billing), {"mode": mode}).status_code == 422

    assert not TeamRouting.objects.exists()


@pytest.mark.parametrize("calendar", ["x", "0", "-1", "9" * 30, "１", "1e3", "\x00"])
def test_no_calendar_that_is_none(ops, billing, calendar):
    """G04: an answer, never a crash."""
    make_calendar("Office", OFFICE)

    assert ops.post(page(billing), {"mode": "round_robin", "calendar": calendar}).status_code == 422

    assert not TeamRouting.objects.exists()


def test_an_archived_calendar_is_kept_but_not_offered_anew(ops, billing, technical):
    calendar = make_calendar("Office", OFFICE)
    route(billing, calendar=calendar)
    Calendar.objects.filter(pk=calendar.pk).update(archived_at="2026-01-01T00:00Z")

    kept = ops.post(page(billing), {"mode": "least_loaded", "calendar": calendar.pk})
    anew = ops.post(page(technical), {"mode": "least_loaded", "calendar": calendar.pk})

    assert (kept.status_code, anew.status_code) == (302, 422)


# ------------------------------------------------------------------ what an agent takes on


def test_an_agents_work_is_set(ops, ana):
    calendar = make_calendar("Nights", [[[0, 480]]] * 7)
    said = {"capacity": "7", "languages": "Dansk, polish, nb", "tags": "VIP, tax return", "calendar": calendar.pk}

    answer = ops.post(work(ana), said)

    assert (answer.status_code, answer.url) == (302, work(ana))
    ana.refresh_from_db()
    assert ana.capacity == 7
    assert sorted(ana.skills.values_list("kind", "value")) == [
        ("language", "da"),
        ("language", "no"),
        ("language", "pl"),
        ("tag", "tax-return"),
        ("tag", "vip"),
    ]
    assert AgentHours.objects.get(agent=ana).calendar == calendar
    assert AgentAudit.objects.get(kind="work_edited").data == {"fields": ["capacity", "languages", "tags", "calendar"]}


def test_all_of_it_can_be_taken_back(ops, billing):
    ada = make_member("Ada", billing, skills=["tax"], languages=["da"], capacity=3)
    AgentHours.objects.create(agent=ada, calendar=make_calendar("Office", OFFICE))

    ops.post(work(ada), {"capacity": "", "languages": " , ", "tags": "", "calendar": ""})

    ada.refresh_from_db()
    assert (ada.capacity, ada.skills.count(), AgentHours.objects.count()) == (None, 0, 0)


def test_the_form_shows_what_it_would_save(ops, billing):
    ada = make_member("Ada", billing, skills=["tax"], languages=["no", "da"], capacity=3)
    shown = ops.get(work(ada)).context["form"].initial

    ops.post(work(ada), {**{name: shown[name] for name in ("capacity", "languages", "tags")}, "calendar": ""})

    assert not AgentAudit.objects.filter(kind="work_edited").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("capacity", "-1"),
        ("capacity", "1001"),
        ("capacity", "9" * 400),
        ("capacity", "nan"),
        ("languages", "Klingon"),
        ("languages", "da\x00"),
        ("languages", "x" * 1001),
        ("tags", "<script>"),
        ("tags", "a" * 51),
        ("tags", ",".join(f"t{number}" for number in range(51))),
        ("calendar", "9" * 30),
    ],
)
def test_nonsense_is_refused_and_nothing_set(ops, ana, field, value):
    """G04: an answer, never a crash."""
    good = {"capacity": "5", "languages": "da", "tags": "vip", "calendar": ""}

    answer = ops.post(work(ana), good | {field: value})

    ana.refresh_from_db()
    assert (answer.status_code, ana.capacity, ana.skills.count()) == (422, 20, 0)


def test_nobody_sets_their_own(client, ana):
    """E09: how much one takes on is agreed with whoever leads."""
    client.force_login(ana)

    assert client.post(work(ana), {"capacity": "0"}).status_code == 403

    ana.refresh_from_db()
    assert ana.capacity == 20


def test_everybody_reads_their_own_in_the_profile(client, billing):
    ada = make_member("Ada", billing, skills=["tax"], languages=["da"], capacity=3)
    client.force_login(ada)

    said = client.get("/settings/profile/").content.decode()

    assert "<dt>Tickets at once</dt><dd>3</dd><dt>Skills</dt><dd>dansk, tax</dd>" in said


# ------------------------------------------------------------------ what is told of the queue


def reasons(ops, team):
    return ops.get(page(team)).context["reasons"]


def test_a_manual_team_says_so(ops, billing):
    queue(billing, 2)

    context = ops.get(page(billing)).context

    assert (context["total"], context["reasons"]) == ("2 tickets wait", ["This team hands out its tickets by hand."])
    assert context["next"] is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"availability": "offline"}, "Nobody is online."),
        ({"availability": "away"}, "Nobody is online; some are away."),
        ({"capacity": 0}, "Everybody who is online and at work has as many open tickets as they take."),
    ],
)
def test_the_queue_says_once_why_it_waits(ops, billing, fields, said):
    make_member("Ada", billing, **fields)
    route(billing)
    queue(billing, 3)

    context = ops.get(page(billing)).context

    assert (context["total"], context["reasons"], context["next"]) == ("3 tickets wait", [said], None)


def test_a_team_of_readers_says_that_nobody_may_answer(ops, billing, lou):
    route(billing)
    queue(billing, 1)

    answer = ops.get(page(billing))

    assert answer.context["reasons"] == ["No member of this team may answer customers."]
    assert "Gets no tickets: the role may not answer customers" in answer.content.decode()


def test_outside_hours_it_says_when_the_team_opens(ops, billing, otto):
    Agent.objects.filter(pk=otto.pk).update(time_zone="Europe/Copenhagen")
    make_member("Ada", billing)
    route(billing, calendar=make_calendar("Office", OFFICE, "Europe/Copenhagen"))
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        queue(billing, 1)
        said = reasons(ops, billing)

    assert said == ["Nobody who is online works at this hour. The team opens Mon 23 Nov, 09:00."]


def test_skills_that_nobody_present_has_are_named(ops, billing):
    make_member("Ada", billing)
    make_member("Ola", billing, languages=["pl"], skills=["tax"], availability="offline")
    route(billing)
    queue(billing, 2, AddTag("tax"), language="pl")
    queue(billing, 1, AddTag("tax"))

    said = reasons(ops, billing)

    assert said == [
        "2 tickets ask for polski, tax, and nobody who has room can do that.",
        "1 ticket asks for tax, and nobody who has room can do that.",
    ]


def test_a_ticket_that_its_only_taker_gave_back_is_told(ops, billing):
    ada = make_member("Ada", billing)
    route(billing)
    (ticket,) = queue(billing, 1, AssignTo(ada.pk))
    perform(ticket.pk, AssignTo(None), by=Actor.agent(ada), via="web")

    said = reasons(ops, billing)

    assert said == ["1 ticket was given back or taken from the only one who has room for it."]


def test_the_page_says_who_gets_the_next_ticket_and_is_right(ops, billing):
    from automation.handing import hand_out

    for name in ("Ada", "Ben", "Cleo"):
        make_member(name, billing)
    route(billing)
    hand_out_first = queue(billing, 1)
    hand_out()
    tickets = queue(billing, 3)

    context = ops.get(page(billing)).context
    hand_out()

    assert context["reasons"] == ["3 tickets are handed out within seconds."]
    assert context["next"].ticket == tickets[0]
    assert context["next_words"] == "Ben: of those who can take it, nobody has waited longer for a turn."
    assert context["then"] == "Then Cleo, Ada, Ben, Cleo, for tickets that ask for no skill."
    assert holders(*hand_out_first, *tickets) == ["Ada", "Ben", "Cleo", "Ada"]


def test_the_least_loaded_is_foretold_with_the_load(ops, billing):
    ada = make_member("Ada", billing)
    make_member("Ben", billing)
    route(billing, Mode.LEAST_LOADED)
    queue(billing, 2, AssignTo(ada.pk))

    context = ops.get(page(billing)).context

    assert context["next_words"] == "Ben, who has 0 open tickets: nobody who can take it has fewer."
    assert context["then"] == "Then Ben, Ada, Ben, Ada, for tickets that ask for no skill."
    assert (context["total"], context["next"].ticket) == ("No ticket waits", None)


def test_a_full_queue_is_not_counted_to_its_end(ops, billing, monkeypatch):
    monkeypatch.setattr("automation.queue_state.LOOKED_AT", 3)
    monkeypatch.setattr("automation.queue_state.MOST_COUNTED", 4)
    monkeypatch.setattr("automation.wording.MOST_COUNTED", 4)
    queue(billing, 6)

    assert ops.get(page(billing)).context["total"] == "More than 4 tickets wait"


def test_the_teams_own_page_shows_the_queue(ops, billing):
    make_member("Ada", billing, availability="offline")
    route(billing)
    queue(billing, 1)

    shown = ops.get(f"/settings/teams/{billing.pk}/").content.decode()
    part = ops.get(f"/settings/teams/{billing.pk}/queue/").content.decode()

    assert f'hx-get="/settings/teams/{billing.pk}/queue/"' in shown
    assert "In turn" in part
    assert "1 ticket waits" in part
    assert "Nobody is online." in part


def test_pages_cost_the_same_for_a_large_team(ops, billing):
    calendar = make_calendar("Office", [[[0, 1440]]] * 7)
    route(billing, calendar=calendar)
    make_member("Ada", billing, skills=["tax"], languages=["da"])
    queue(billing, 1, AddTag("tax"), language="da")
    ops.get(page(billing))

    def cost(url):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert ops.get(url).status_code == 200
        return len(asked)

    urls = (page(billing), f"/settings/teams/{billing.pk}/queue/")
    few = [cost(url) for url in urls]
    for number in range(12):
        agent = make_member(f"More {number}", billing, skills=["tax", f"t{number}"], languages=["da"])
        AgentHours.objects.create(agent=agent, calendar=calendar)
    make_agent("Reader", role=Role.LIGHT, teams=[billing])
    queue(billing, 24, AddTag("tax"), language="da")

    assert [cost(url) for url in urls] == few
