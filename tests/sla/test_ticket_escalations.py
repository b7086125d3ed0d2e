"""Escalating from the ticket page, answering as the one who is asked, and what the timeline says of it all."""

from __future__ import annotations

import pytest
from django.utils import timezone

from agents.models import Availability
from sla.models import Escalation
from tests.factories import make_ticket
from tickets import wording
from tickets.actions import SetStatus
from tickets.models import Change, Event
from tickets.perform import perform

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def on_duty(leo, ana):
    for agent in (leo, ana):
        agent.availability = Availability.ONLINE
        agent.save()


@pytest.fixture
def escalate(client, ana, ticket, on_duty):
    client.force_login(ana)

    def send(headers=None, **given):
        return client.post(f"/tickets/{ticket.pk}/escalations/", given, headers=headers)

    return send


def lines(ticket):
    rows = Event.objects.filter(change__ticket=ticket).select_related("change").order_by("pk")
    return [f"{wording.author(row.change)} {wording.phrase(row)}" for row in rows if wording.phrase(row)]


def test_the_form_offers_reasons_supervisors_and_teams(client, ana, leo, ticket):
    client.force_login(ana)

    form = client.get(f"/tickets/{ticket.pk}/escalations/", headers=HTMX).content.decode()
    page = client.get(f"/tickets/{ticket.pk}/escalations/").content.decode()

    for body in (form, page):
        assert '<option value="needs_senior">Needs somebody more experienced</option>' in body
        assert '<option value="breached">' not in body
        assert f'<option value="agent-{leo.pk}">Leo</option>' in body
        assert f'value="agent-{ana.pk}"' not in body
        assert "Whoever is in charge" in body
    assert "<!doctype html>" in page
    assert "<!doctype html>" not in form


def test_an_agent_escalates_to_a_supervisor_and_the_panel_shows_it(escalate, ticket, leo, ana):
    answered = escalate(HTMX, reason="needs_decision", text="May we refund?", to=f"agent-{leo.pk}")

    row = Escalation.objects.get()
    assert answered.status_code == 200
    assert (row.ticket, row.reason, row.text, row.owner, row.raised_by) == (
        ticket,
        "needs_decision",
        "May we refund?",
        leo,
        ana,
    )
    body = answered.content.decode()
    assert 'id="ticket-sla"' in body
    assert "May we refund?" in body
    assert "asked: Leo" in body
    assert lines(ticket)[-1] == "Ana escalated the ticket to Leo (Needs a decision)"


def test_without_a_name_whoever_supervises_the_team_is_asked(escalate, ticket, billing):
    answered = escalate(reason="customer_upset", text="", to="")

    row = Escalation.objects.get()
    assert (answered.status_code, answered["Location"]) == (302, f"/tickets/{ticket.pk}/sla/")
    assert (row.owner, row.team) == (None, billing)
    assert lines(ticket)[-1] == "Ana escalated the ticket to whoever supervises Billing (Unhappy customer)"


def test_a_gesture_sent_twice_escalates_once(escalate):
    escalate(reason="other", text="Look", gesture="abc")
    escalate(reason="other", text="Look again", gesture="abc")

    assert Escalation.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reason": "", "text": "x"}, "This field is required."),
        ({"reason": "breached", "text": "x"}, "Select a valid choice."),
        ({"reason": "other", "text": " "}, "Say in a few words what it is about."),
        ({"reason": "other", "text": "x", "to": "agent-999"}, "Select a valid choice."),
        ({"reason": "other", "text": "x", "to": "agent-"}, "Select a valid choice."),
        ({"reason": "other", "text": "x" * 2001}, "at most 2000 characters"),
        ({"reason": "other", "text": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_in_the_form_and_nothing_happens(escalate, given, says):
    before = Change.objects.count()

    fragment = escalate(HTMX, **given)
    page = escalate(None, **given)

    assert (fragment.status_code, page.status_code) == (422, 422)
    assert says in fragment.content.decode()
    assert says in page.content.decode()
    assert fragment["HX-Retarget"] == "#escalate"
    assert Change.objects.count() == before
    assert not Escalation.objects.exists()


def test_what_was_not_offered_is_refused(escalate):
    """E09"""
    answered = escalate(reason="other", text="x", level="3")

    assert answered.status_code == 400
    assert not Escalation.objects.exists()


def test_a_solved_ticket_is_not_escalated(client, ana, ticket, as_ana):
    perform(ticket.pk, SetStatus("solved"), by=as_ana, via="web")
    client.force_login(ana)

    page = client.get(f"/tickets/{ticket.pk}/escalations/").content.decode()
    answered = client.post(f"/tickets/{ticket.pk}/escalations/", {"reason": "other", "text": "x"})

    assert "Never escalated" in page
    assert "<select" not in page
    assert answered.status_code == 422
    assert not Escalation.objects.exists()


def test_who_reads_and_notes_may_not_escalate(client, lou, ticket):
    client.force_login(lou)

    answered = client.post(f"/tickets/{ticket.pk}/escalations/", {"reason": "other", "text": "x"})

    assert answered.status_code == 403
    assert not Escalation.objects.exists()


def test_the_one_who_is_asked_answers_on_the_ticket(client, escalate, ticket, leo):
    escalate(reason="needs_senior", text="How?", to=f"agent-{leo.pk}")
    row = Escalation.objects.get()
    client.force_login(leo)
    address = f"/tickets/{ticket.pk}/escalations/{row.pk}/"

    taken = client.post(address, {"do": "acknowledge"})
    missing = client.post(address, {"do": "hand_back", "note": " "})
    back = client.post(address, {"do": "hand_back", "note": "Refund him."}, headers=HTMX)

    assert (taken.status_code, missing.status_code, back.status_code) == (302, 422, 200)
    row.refresh_from_db()
    assert (row.state, row.note, row.acknowledged_by) == ("handed_back", "Refund him.", leo)
    assert lines(ticket)[-2:] == [
        "Leo acknowledged the escalation",
        "Leo handed the ticket back after the escalation",
    ]


@pytest.mark.parametrize(("headers", "status", "where"), [(None, 302, "Location"), (HTMX, 204, "HX-Redirect")])
def test_who_hands_back_to_a_team_of_others_is_led_to_the_list(
    client, mia, kim, billing, technical, headers, status, where
):
    """E01: what went out of sight is not shown, and what was done is not answered as if it had failed."""
    ticket = make_ticket(kim, team=technical)
    before = {"team": [billing.pk, technical.pk]}
    row = Escalation.objects.create(
        ticket=ticket, owner=mia, source="clock", reason="breached", raised_by_name="sla", before=before
    )
    client.force_login(mia)
    address = f"/tickets/{ticket.pk}/escalations/{row.pk}/"

    answered = client.post(address, {"do": "hand_back", "note": "It is yours."}, headers=headers)

    assert (answered.status_code, answered.headers[where]) == (status, "/tickets/")
    ticket.refresh_from_db()
    assert ticket.team == billing
    assert client.get(f"/tickets/{ticket.pk}/escalations/").status_code == 404


@pytest.mark.parametrize("given", [{"do": "acknowledge"}, {"do": "resolve"}])
def test_who_is_not_asked_may_not_answer(client, escalate, ticket, leo, ana, given):
    escalate(reason="needs_senior", text="How?", to=f"agent-{leo.pk}")
    row = Escalation.objects.get()
    client.force_login(ana)

    page = client.get(f"/tickets/{ticket.pk}/escalations/").content.decode()
    answered = client.post(f"/tickets/{ticket.pk}/escalations/{row.pk}/", given)

    assert 'value="resolve"' not in page
    assert answered.status_code == 403
    row.refresh_from_db()
    assert row.state == "open"


def test_an_escalation_is_answered_on_its_own_ticket_only(client, escalate, ticket, leo, kim, billing):
    """E01"""
    escalate(reason="needs_senior", text="How?", to=f"agent-{leo.pk}")
    row = Escalation.objects.get()
    other = make_ticket(kim, team=billing)
    client.force_login(leo)

    answered = client.post(f"/tickets/{other.pk}/escalations/{row.pk}/", {"do": "resolve"})

    assert answered.status_code == 404
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.parametrize("do", ["", "destroy", "acknowledge\x00"])
def test_an_answer_that_is_none_is_refused(client, escalate, ticket, leo, do):
    escalate(reason="needs_senior", text="How?", to=f"agent-{leo.pk}")
    client.force_login(leo)

    answered = client.post(f"/tickets/{ticket.pk}/escalations/{Escalation.objects.get().pk}/", {"do": do})

    assert answered.status_code == 422
    assert Escalation.objects.get().state == "open"


def test_words_of_an_escalation_are_words_and_never_markup(client, escalate, ticket, ana):
    """C02"""
    escalate(reason="other", text="<script>alert(1)</script>")

    panel = client.get(f"/tickets/{ticket.pk}/sla/", headers=HTMX).content.decode()
    page = client.get(f"/tickets/{ticket.pk}/escalations/").content.decode()

    for body in (panel, page):
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert(1)" in body


def say(kind, data):
    change = Change(actor_kind="system", actor_name="sla", created_at=timezone.now())
    event = Event(change=change, kind=kind, data=data)
    return f"{wording.author(change)} {wording.phrase(event)}"


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        (
            "sla_breached",
            {"metric": "first_response", "due_at": "2026-01-05T10:48:00+00:00", "cause": "due"},
            "SLA clocks noted a missed target: First response was due 5 Jan 2026, 10:48",
        ),
        (
            "sla_breached",
            {"metric": "resolution", "due_at": "2026-01-05T10:48:00+00:00", "cause": "rebase"},
            "SLA clocks noted a missed target: Resolution had used more than its new target",
        ),
        (
            "sla_step_taken",
            {"metric": "resolution", "notify": ["assignee"], "escalated": False},
            "SLA clocks sent a reminder: Resolution",
        ),
        ("sla_step_taken", {"metric": "resolution", "notify": ["assignee"], "escalated": True}, "SLA clocks "),
        (
            "sla_step_refused",
            {"do": "assign", "code": "x"},
            "SLA clocks could not carry out a step of the escalation ladder",
        ),
        (
            "sla_policy_set",
            {"from": None, "to": {"id": 1, "name": "Gold"}},
            "SLA clocks put the SLA policy “Gold” in force",
        ),
        ("sla_policy_set", {"from": None, "to": None}, "SLA clocks let the conditions choose the SLA policy again"),
        (
            "escalated",
            {"level": 2, "owner": None, "team": None, "reason": "not_acknowledged", "cause": "admins"},
            "SLA clocks escalated the ticket to the admins (Nobody acknowledged in time); level 2",
        ),
        ("escalation_expired", {"level": 1}, "SLA clocks noted that nobody acknowledged the escalation in time"),
        ("escalation_reminded", {"level": 1}, "SLA clocks reminded of the escalation"),
        ("escalation_taken_over", {"level": 1}, "SLA clocks took the escalation over"),
        ("escalation_resolved", {"level": 1}, "SLA clocks resolved the escalation"),
    ],
)
def test_every_fact_of_a_promise_has_its_words(kind, data, says):
    assert say(kind, data) == says


def test_the_words_for_codes_are_those_of_the_rows():
    from sla.models import Metric
    from tickets import promise_words

    assert {key: str(words) for key, words in promise_words.METRICS.items()} == dict(Metric.choices)
    assert {key: str(words) for key, words in promise_words.REASONS.items()} == dict(Escalation.Reason.choices)
