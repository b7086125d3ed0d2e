"""Surveys on the pages of agents: ticket, customer, agent, desk, the list with its reasons, and the settings."""

from __future__ import annotations

from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.test import Client

from agents.models import Agent
from agents.records import AgentAudit
from customers.models import Customer, CustomerChange
from surveys.models import SurveyOptOut, SurveySettings, SurveyText
from tests.factories import make_customer, make_ticket
from tests.surveys.desk import do, sent, solve, switch_on
from tickets.actions import SetStatus
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def as_(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def answered(ticket: Ticket, agent: Agent, score: int, comment: str = "") -> None:
    _survey, token = sent(ticket, agent)
    Client().post(f"/feedback/{token}/", {"score": str(score), "comment": comment})


def settings_form(**changes: Any) -> dict[str, Any]:
    form = {
        "enabled": "on",
        "style": "stars",
        "delay_hours": "2",
        "day_from": "8",
        "day_until": "20",
        "time_zone": "Europe/Oslo",
        "throttle_days": "14",
        "sample_percent": "50",
        "reminder_days": "4",
        "expire_days": "10",
    }
    return {**form, **changes}


def test_the_ticket_shows_the_score_and_the_words(ticket: Ticket, ana: Agent) -> None:
    switch_on()
    answered(ticket, ana, 2, "Too slow for me")

    panel = as_(ana).get(f"/tickets/{ticket.pk}/satisfaction/", headers=HTMX).content.decode()

    assert "Bad" in panel and "Too slow for me" in panel


def test_the_panel_is_empty_where_nobody_was_to_be_asked(ticket: Ticket, ana: Agent) -> None:
    assert as_(ana).get(f"/tickets/{ticket.pk}/satisfaction/", headers=HTMX).content.strip() == b""


def test_the_page_behind_the_panel_shows_every_step_and_earlier_answers(ticket: Ticket, ana: Agent) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)
    for score, comment in (("1", "Awful words"), ("4", "Better words")):
        Client().post(f"/feedback/{token}/", {"score": score, "comment": comment})

    page = as_(ana).get(f"/tickets/{ticket.pk}/satisfaction/").content.decode()

    steps = ("Planned", "Handed to the mail", "Sent", "Answered", "Answer changed", "Awful words", "Better words")
    frozen = ("kim@alpha.example", "Answered the customer", f"<dd>{ana.name}</dd>", f"<dd>{ticket.team.name}</dd>")
    for words in (*steps, *frozen):
        assert words in page


def test_why_a_customer_was_not_asked_can_be_seen(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    switch_on()
    do(ticket, ana, SetStatus("solved"))

    narrowed = "/surveys/?state=suppressed&reason=no_public_reply"
    for path in (f"/tickets/{ticket.pk}/satisfaction/", "/surveys/", narrowed):
        assert "Nobody answered the customer" in as_(leo).get(path).content.decode()
    assert f"#{ticket.pk} " not in as_(leo).get("/surveys/?reason=throttled").content.decode()


def test_surveys_of_another_team_are_absent_everywhere(
    ticket: Ticket, ana: Agent, leo: Agent, mia: Agent, otto: Agent, technical: Any
) -> None:
    """E14: comments of Blue, addressed by id, listed or counted by somebody of Red."""
    switch_on()
    theirs = make_ticket(make_customer("Bo", "bo@beta.example"), team=technical)
    answered(theirs, mia, 1, "Blue canary")

    paths = ["/surveys/", "/surveys/?score=low", f"/surveys/of-agent/{mia.pk}/"]
    for path in paths:
        page = as_(leo).get(path)
        assert page.status_code == 200 and "canary" not in page.content.decode()
    for path in (f"/surveys/of-customer/{theirs.requester_id}/", "/surveys/low/"):
        assert "canary" not in as_(leo).get(path, headers=HTMX).content.decode()
    assert as_(leo).get(f"/tickets/{theirs.pk}/satisfaction/").status_code == 404
    for path in [*paths, f"/tickets/{theirs.pk}/satisfaction/"]:
        assert "canary" in as_(otto).get(path).content.decode()


def test_the_customers_page_shows_the_numbers_and_the_answers(ticket: Ticket, ana: Agent, kim: Customer) -> None:
    switch_on()
    answered(ticket, ana, 5, "Lovely")
    client = as_(ana)

    card = client.get(f"/surveys/of-customer/{kim.pk}/", headers=HTMX).content.decode()

    assert "100 %" in card and "1 of 1 survey answered" in card and "Lovely" in card
    assert f"/surveys/of-customer/{kim.pk}/" in client.get(f"/customers/{kim.pk}/").content.decode()


def test_the_customers_card_on_a_ticket_tells_of_earlier_answers(
    ticket: Ticket, ana: Agent, lou: Agent, mia: Agent, kim: Customer
) -> None:
    """In short, asked by the ticket page on its own; what one may not see is not told, and of nobody nothing is."""
    card = f"/surveys/of-customer/{kim.pk}/short/"
    client = as_(ana)
    assert f'hx-get="{card}"' in client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert client.get(card, headers=HTMX).content.strip() == b""
    switch_on()
    before = make_customer("Kim at home", "kim@home.example")
    answered(make_ticket(before, team=ticket.team, subject="Long ago"), ana, 5)
    Customer.objects.filter(pk=before.pk).update(merged_into=kim)
    for score, subject in ((1, "First"), (4, "Second"), (5, "Third")):
        answered(make_ticket(kim, team=ticket.team, subject=subject), ana, score)

    told = client.get(card, headers=HTMX).content.decode()

    assert "75 %" in told and "4 of 4 surveys answered" in told
    assert [name for name in ("Third", "Second", "First", "Long ago") if name in told] == ["Third", "Second", "First"]
    assert as_(lou).get(card, headers=HTMX).status_code == 200
    assert as_(mia).get(card, headers=HTMX).content.strip() == b""
    assert client.get(card)["Location"] == f"/surveys/of-customer/{kim.pk}/"


def test_an_agent_notes_that_a_customer_does_not_want_to_be_asked(ticket: Ticket, ana: Agent, kim: Customer) -> None:
    switch_on()
    client = as_(ana)

    client.post(f"/surveys/of-customer/{kim.pk}/asking/", {"wanted": "no"})

    assert SurveyOptOut.objects.get().noted_by == ana
    assert CustomerChange.objects.filter(customer=kim, kind="surveys_refused").count() == 1
    assert solve(ticket, ana).reason == "opted_out"
    client.post(f"/surveys/of-customer/{kim.pk}/asking/", {"wanted": "yes"})
    assert not SurveyOptOut.objects.exists()


def test_a_light_agent_cannot_decide_whether_a_customer_is_asked(lou: Agent, kim: Customer) -> None:
    assert as_(lou).post(f"/surveys/of-customer/{kim.pk}/asking/", {"wanted": "no"}).status_code == 403
    assert not SurveyOptOut.objects.exists()


def test_the_numbers_of_an_agent_are_for_the_agent_and_for_who_reads_reports(
    ticket: Ticket, ana: Agent, leo: Agent, lou: Agent, root: Agent
) -> None:
    switch_on()
    answered(ticket, ana, 4)

    for reader in (ana, leo):
        assert "100 %" in as_(reader).get(f"/surveys/of-agent/{ana.pk}/").content.decode()
    assert as_(lou).get(f"/surveys/of-agent/{ana.pk}/").status_code == 403
    address = f"/surveys/of-agent/{ana.pk}/"
    assert address in as_(root).get(f"/settings/agents/{ana.pk}/").content.decode()
    assert f'hx-get="{address}"' in as_(ana).get("/settings/profile/").content.decode()
    for page in ("/reports/agents/", "/reports/csat/"):
        row = as_(leo).get(page).content.decode()
        assert f'href="{address}" aria-label="Satisfaction: {ana.name}"' in row, page


def test_the_desk_shows_who_was_dissatisfied_lately(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    switch_on()
    answered(ticket, ana, 1, "Never again")

    piece = as_(leo).get("/surveys/low/", headers=HTMX).content.decode()

    assert "Never again" in piece and f"#{ticket.pk}" in piece
    assert "/surveys/low/" in as_(leo).get("/supervise/").content.decode()


def test_the_settings_are_saved_and_written_down(otto: Agent) -> None:
    client = as_(otto)

    response = client.post("/settings/surveys/", settings_form(weekends="on"))

    assert response.status_code == 302
    kept = SurveySettings.objects.get()
    given = {
        "id": 1,
        "enabled": True,
        "style": "stars",
        "delay_hours": 2,
        "day_from": 8,
        "day_until": 20,
        "weekends": True,
        "time_zone": "Europe/Oslo",
        "throttle_days": 14,
        "sample_percent": 50,
        "reminder_days": 4,
        "expire_days": 10,
    }
    assert model_to_dict(kept) | {"id": kept.pk} == given
    assert AgentAudit.objects.filter(kind="surveys_edited").count() == 1
    assert client.get("/settings/surveys/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sample_percent", "101"),
        ("day_from", "24"),
        ("day_until", "8"),
        ("time_zone", "Mars/Olympus"),
        ("expire_days", "0"),
        ("reminder_days", "10"),
        ("style", "smileys"),
    ],
)
def test_wrong_settings_are_refused_at_their_field(field: str, value: str, otto: Agent) -> None:
    response = as_(otto).post("/settings/surveys/", settings_form(**{field: value}))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not SurveySettings.objects.exists()


def test_only_who_manages_promises_changes_the_settings(leo: Agent) -> None:
    for path in ("/settings/surveys/", "/settings/surveys/texts/da/"):
        assert as_(leo).post(path, settings_form()).status_code == 403
    assert not SurveySettings.objects.exists() and not SurveyText.objects.exists()


def test_the_words_of_a_language_are_saved_on_one_line(otto: Agent) -> None:
    client = as_(otto)

    response = client.post("/settings/surveys/texts/da/", {"subject": "Hej\r\nBcc: x@y.example", "question": "Glad?"})

    assert response.status_code == 302
    kept = SurveyText.objects.get()
    assert (kept.language, kept.subject, kept.question, kept.thanks) == ("da", "Hej Bcc: x@y.example", "Glad?", "")
    assert client.get("/settings/surveys/texts/xx/").status_code == 404
