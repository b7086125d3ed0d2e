"""An ops manager makes, orders and edits policies, and sees what each edit would mean before it holds."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agents.actors import Actor
from agents.records import AgentAudit
from sla.impact import Impact
from sla.models import SlaPolicy, SlaPolicyVersion, SlaRevision
from sla.policies import put_in_force
from sla.recompute import run_waiting
from tests.factories import make_ticket
from tests.sla.making import make_calendar, make_policy
from tickets.models import Priority

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
METRICS = ("first_response", "next_response", "periodic_update", "resolution", "team_handling")


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR_ROLES = ()


@pytest.fixture
def ops(client: Client, otto: Any) -> Client:
    client.force_login(otto)
    return client


def typed(**changed: Any) -> dict[str, Any]:
    """What a browser sends of the page of a new policy in which `changed` was typed."""
    sent: dict[str, Any] = {"do": "", "lines": "1", "steps": "0", "name": "Everybody", "active": "on", "calendar": ""}
    sent["condition0"] = ""
    for metric in METRICS:
        sent |= {f"{metric}_{priority.slug}": "" for priority in Priority} | {f"{metric}_by": "wall"}
    sent |= {"resolution_pauses": ["pending", "on_hold"], "resolution_normal": "4h"}
    return {name: value for name, value in (sent | changed).items() if value is not None}


def step(number: int, **changed: Any) -> dict[str, Any]:
    said = {"metric": "resolution", "amount": "80", "when": "percent", "notify": ["assignee"], "condition": ""}
    said |= dict.fromkeys(("notify_agent", "team", "assign", "priority", "tag", "untag", "follow"), "")
    said |= dict.fromkeys(("to", "ack", "every", "times"), "")
    return {f"step{number}_{name}": value for name, value in (said | changed).items()}


def saved(client: Client, address: str = "/settings/sla/new/", **changed: Any) -> SlaRevision:
    answer = client.post(address, typed(**changed))
    assert answer.status_code == 302, answer.content.decode()
    return SlaRevision.objects.latest("pk")


def test_a_policy_is_made_in_two_pages(ops, kim, otto):
    ticket = make_ticket(kim)

    revision = saved(ops, resolution_normal="1 h 30", resolution_urgent="90", first_response_low="2d")

    page = ops.get(f"/settings/sla/changes/{revision.pk}/")
    assert "New tickets only" in page.content.decode()
    answer = ops.post(f"/settings/sla/changes/{revision.pk}/force/", {"reach": "open"})
    assert answer["Location"] == f"/settings/sla/changes/{revision.pk}/"
    version = SlaPolicyVersion.objects.get()
    assert version.targets == {"resolution": {"normal": 90, "urgent": 90}, "first_response": {"low": 2880}}
    assert (version.number, version.created_by, version.pauses["resolution"]) == (1, otto, ["pending", "on_hold"])
    assert version.wall_clock == list(METRICS)
    assert run_waiting() == 1
    ticket.refresh_from_db()
    assert ticket.sla_state == "running"
    assert [a.kind for a in AgentAudit.objects.filter(actor=otto)] == ["sla_policy_made"]


def test_the_page_shows_again_what_was_promised(ops):
    policy = make_policy("Gold", make_calendar(), first_response={"normal": 90}, conditions=[{"priority": [">=high"]}])

    answer = ops.get(f"/settings/sla/{policy.pk}/")

    # Of states nothing was said, so the usual ones hold.
    assert answer.context["form"]["resolution_pauses"].value() == ["pending", "on_hold"]
    page = answer.content.decode()
    assert 'value="1 h 30"' in page
    assert 'value="priority:&gt;=high"' in page
    assert "Desk" in page


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"name": ""}, "name", "required"),
        ({"resolution_normal": "soon"}, "resolution_normal", "such as 90 min"),
        ({"resolution_normal": "0"}, "resolution_normal", "such as 90 min"),
        ({"resolution_normal": ""}, "__all__", "Promise at least one thing"),
        ({"resolution_by": "business"}, "calendar", "Choose a calendar"),
        ({"condition0": "is:"}, "condition0", "Mend what is marked"),
        ({"condition0": "refund"}, "condition0", "words that stand in a ticket"),
        ({"condition0": "waiting>4h"}, "condition0", "cannot depend on “waiting”"),
        ({"condition0": "assignee:me"}, "condition0", "instead of “me”"),
        ({"steps": "1"} | step(0, amount="much"), "step0_amount", "how many percent"),
        ({"steps": "1"} | step(0, when="before", amount="soon"), "step0_amount", "such as 90 min"),
        ({"steps": "1"} | step(0, notify=[]), "step0_notify", "Choose who is told"),
        ({"steps": "1"} | step(0, metric="next_response"), "step0_metric", "no target for this"),
        ({"steps": "1"} | step(0, ack="30"), "step0_ack", "Only an escalation"),
        ({"steps": "1"} | step(0, to="owner", every="1 h"), "step0_times", "Say how often"),
        ({"steps": "1"} | step(0, tag="no tag!"), "step0_tag", "letters, digits"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(ops, said, field, words):
    answer = ops.post("/settings/sla/new/", typed(**said))

    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert words in " ".join(errors[field]), errors
    assert not SlaRevision.objects.exists()


def test_a_step_of_the_ladder_keeps_all_that_was_typed(ops, ana, billing):
    said = step(
        0,
        when="before",
        amount="1 h 30",
        notify=["team_lead", "role:supervisor"],
        notify_agent=str(ana.pk),
        priority="urgent",
        tag="late",
        condition="team:billing",
        to=f"team:{billing.pk}",
        ack="30 min",
        every="2 h",
        times="3",
    )

    revision = saved(ops, steps="1", **said)

    assert revision.proposal["ladder"] == [
        {
            "metric": "resolution",
            "at": "-90m",
            "do": [{"do": "set_priority", "priority": "urgent"}, {"do": "add_tag", "tag": "late"}],
            "notify": ["team_lead", "role:supervisor", f"agent:{ana.pk}"],
            "escalate": True,
            "to": {"team": billing.pk},
            "condition": [{"team": [str(billing.pk)]}],
            "ack_minutes": 30,
            "repeat_every": 120,
            "max_repeats": 3,
        }
    ]
    again = ops.get(f"/settings/sla/new/?change={revision.pk}").context["form"]
    assert {name: again.initial[name] for name in said} == said | {"step0_times": 3}


@pytest.mark.parametrize("press", ["line", "step"])
def test_rows_are_added_without_javascript_and_nothing_typed_is_lost(ops, press):
    answer = ops.post("/settings/sla/new/", typed(do=press, name="Half", resolution_low="soon", condition0="tag:vip"))

    form = answer.context["form"]
    assert answer.status_code == 200
    assert (form.count_lines, form.count_steps) == ((2, 0) if press == "line" else (1, 1))
    shown = answer.content.decode()
    assert 'value="Half"' in shown
    assert 'value="soon"' in shown
    assert 'value="tag:vip"' in shown
    assert not SlaRevision.objects.exists()


def test_steps_are_moved_up_and_removed_without_javascript(ops):
    three = {"steps": "3"} | step(0, amount="10") | step(1, amount="20") | step(2, amount="30")

    up = ops.post("/settings/sla/new/", typed(do="up-2", **three)).context["form"]
    removed = ops.post("/settings/sla/new/", typed(do="remove-0", **three)).context["form"]

    assert [row["amount"].value() for row in up.ladder_rows()] == ["10", "30", "20"]
    assert [row["amount"].value() for row in removed.ladder_rows()] == ["20", "30"]
    assert [row["notify"].value() for row in removed.ladder_rows()] == [["assignee"], ["assignee"]]


def test_a_move_is_a_proposal_until_it_is_put_in_force(ops):
    one, two = make_policy("One", resolution=60), make_policy("Two", resolution=90)

    page = ops.post("/settings/sla/order/", {"policy": two.pk, "step": "-1"}, headers=HTMX).content.decode()

    assert page.index("Two") < page.index("One")
    assert "It is not in force yet" in page
    assert list(SlaPolicy.objects.in_order()) == [one, two]
    revision = SlaRevision.objects.get()
    ops.get(f"/settings/sla/changes/{revision.pk}/")
    ops.post(f"/settings/sla/changes/{revision.pk}/force/", {"reach": "new"})
    assert list(SlaPolicy.objects.in_order()) == [two, one]


def test_moving_there_and_back_leaves_no_proposal(ops):
    one, _two = make_policy("One", resolution=60), make_policy("Two", resolution=90)

    for press in ("1", "-1"):
        assert ops.post("/settings/sla/order/", {"policy": one.pk, "step": press}).status_code == 302

    assert [revision.state for revision in SlaRevision.objects.all()] == ["dropped"]
    assert "not in force yet" not in ops.get("/settings/sla/").content.decode()


def test_a_policy_is_taken_out_of_use_by_way_of_its_preview(ops, kim):
    policy = make_policy("One", resolution=60)
    make_ticket(kim)

    answer = ops.post(f"/settings/sla/{policy.pk}/use/", {"active": "0"})

    revision = SlaRevision.objects.get()
    assert answer["Location"] == f"/settings/sla/changes/{revision.pk}/"
    ops.get(answer["Location"])
    revision.refresh_from_db()
    assert Impact.of(revision).loses == 1
    policy.refresh_from_db()
    assert policy.active


def test_late_tickets_are_listed_with_the_way_to_them(ops, kim, time_machine):
    time_machine.move_to("2026-11-16T09:00:00Z", tick=False)
    policy = make_policy("One", resolution=60 * 24)
    ticket = make_ticket(kim, subject="Very old matter")
    time_machine.move_to("2026-11-16T19:00:00Z", tick=False)

    revision = saved(ops, f"/settings/sla/{policy.pk}/", name="One", resolution_normal="1h")

    page = ops.get(f"/settings/sla/changes/{revision.pk}/").content.decode()
    assert "1 ticket would be late at once" in page
    assert f'href="/tickets/{ticket.pk}/"' in page


def test_the_history_says_who_changed_what(ops, otto):
    policy = make_policy("One", resolution={"normal": 120})
    revision = saved(ops, f"/settings/sla/{policy.pk}/", name="One", resolution_normal="1 h 30", condition0="tag:vip")
    ops.get(f"/settings/sla/changes/{revision.pk}/")
    put_in_force(revision.pk, Actor.agent(otto), open_too=False)

    page = ops.get(f"/settings/sla/{policy.pk}/versions/").content.decode()

    assert "Otto" in page
    assert "<del>2 h</del>" in page
    assert "<ins>1 h 30</ins>" in page
    assert "<ins>tag:vip</ins>" in page
    entry = AgentAudit.objects.get(kind="sla_policy_edited")
    assert entry.data["fields"] == ["conditions", "targets", "wall_clock", "pauses"]


def test_a_change_made_meanwhile_asks_for_another_look(ops, otto):
    revision = saved(ops, name="Mine")
    ops.get(f"/settings/sla/changes/{revision.pk}/")
    make_policy("Somebody else's", resolution=60)

    answer = ops.post(f"/settings/sla/changes/{revision.pk}/force/", {"reach": "new"}, follow=True)

    assert "Something else was changed meanwhile" in answer.content.decode()
    assert not SlaPolicy.objects.filter(name="Mine").exists()
    ops.post(f"/settings/sla/changes/{revision.pk}/force/", {"reach": "new"})
    assert SlaPolicy.objects.filter(name="Mine").exists()


def test_a_proposal_is_discarded_and_stays_so(ops):
    revision = saved(ops)

    ops.post(f"/settings/sla/changes/{revision.pk}/removal/")
    ops.post(f"/settings/sla/changes/{revision.pk}/force/", {"reach": "new"})

    revision.refresh_from_db()
    assert (revision.state, SlaPolicy.objects.count()) == ("dropped", 0)


def test_the_list_says_how_many_open_tickets_each_policy_has(ops, kim):
    policy = make_policy("One", resolution=60)
    for _number in range(3):
        make_ticket(kim)

    fragment = ops.get("/settings/sla/counts/", headers=HTMX).content.decode()

    assert f'<span id="count-{policy.pk}" hx-swap-oob="true">3</span>' in fragment
    assert ">3<" in ops.get("/settings/sla/counts/").content.decode()


def test_the_list_tells_conditions_and_promises_in_short(ops, billing):
    make_policy("One", make_calendar(), resolution={"low": 480, "urgent": 60}, conditions=[{"team": [str(billing.pk)]}])

    page = ops.get("/settings/sla/").content.decode()

    assert "<code>team:billing</code>" in page
    assert "1 h – 8 h" in page
    assert "Desk" in page


@pytest.mark.parametrize("persona", ["lou", "ana", "leo"])
def test_others_make_no_promises(client, request, persona):
    """E01, E06"""
    client.force_login(request.getfixturevalue(persona))

    answer = client.post("/settings/sla/new/", typed())

    assert answer.status_code == 403
    assert not SlaRevision.objects.exists()


def test_a_field_that_was_not_offered_is_refused(ops):
    """E09"""
    answer = ops.post("/settings/sla/new/", typed(in_force_from="2000-01-01", step0_metric="resolution"))

    assert answer.status_code == 400
    assert not SlaRevision.objects.exists()
