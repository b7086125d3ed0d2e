"""An admin defines what else a ticket asks for."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agents.actors import Actor
from agents.models import Agent
from agents.records import AgentAudit
from helpdesk.lib.errors import Denied
from tests import factories
from tickets.actions import SetField
from tickets.custom_fields import add_field, edit_field
from tickets.models import FieldDefinition, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR_ROLES = ()


@pytest.fixture
def plan(root: Agent) -> FieldDefinition:
    return add_field(Actor.agent(root), key="plan", kind="choice", label="Plan", choices=["Basic", "Pro"], active=True)


@pytest.fixture
def admin(client: Client, root: Agent) -> Client:
    client.force_login(root)
    return client


def shown(field: FieldDefinition, **changed: Any) -> dict[str, Any]:
    """What a browser sends when the page of the field was open and `changed` was typed."""
    was = {"label": field.label, "choices": "\r\n".join(field.choices), "position": str(field.position)}
    boxes = {name: "on" for name in ("required_to_solve", "active") if getattr(field, name)}
    before = {f"initial-{name}": value for name, value in was.items()}
    before |= {f"initial-{name}": str(getattr(field, name)) for name in ("required_to_solve", "active")}
    sent = {**before, **was, **boxes, **changed}
    return {name: value for name, value in sent.items() if value is not None}


def test_an_admin_makes_a_choice_field_with_one_choice_per_line(admin: Client, root: Agent) -> None:
    answer = admin.post(
        "/settings/fields/new/",
        {"label": "Plan", "key": "plan", "kind": "choice", "choices": "Basic\r\n\r\n Pro \r\nBasic", "position": "2",
         "active": "on"},
    )  # fmt: skip

    assert (answer.status_code, answer["Location"]) == (302, "/settings/fields/")
    field = FieldDefinition.objects.get()
    assert (field.key, field.kind, field.label, field.choices) == ("plan", "choice", "Plan", ["Basic", "Pro"])
    assert (field.position, field.active, field.required_to_solve) == (2, True, False)
    assert list(AgentAudit.objects.filter(kind="field_made").values_list("actor_id", "subject")) == [(root.pk, "Plan")]
    assert b"Plan" in admin.get("/settings/fields/").content


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"key": "Order No"}, "key", "small letters"),
        ({"key": "plan"}, "key", "already"),
        ({"label": " "}, "label", "required"),
        ({"kind": "choice"}, "choices", "at least one choice"),
        ({"kind": "text", "choices": "a"}, "choices", "Only a choice field"),
        ({"kind": "file"}, "kind", "not one of the available"),
        ({"position": "-1"}, "position", "greater than or equal to 0"),
        ({"kind": "choice", "choices": "x" * 81}, "choices", "80 characters"),
    ],
)
def test_wrong_definitions_are_refused_at_their_field(
    admin: Client, plan: FieldDefinition, changed: dict[str, str], field: str, words: str
) -> None:
    given = {"label": "Order", "key": "order", "kind": "text", "position": "0", "active": "on", **changed}

    answer = admin.post("/settings/fields/new/", given)

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert FieldDefinition.objects.count() == 1


def test_label_choices_order_and_state_can_be_edited_and_the_past_names_who(
    admin: Client, plan: FieldDefinition, root: Agent
) -> None:
    given = shown(
        plan, label="Tariff", choices="Pro\r\nBasic\r\nMax", position="5", required_to_solve="on", active=None
    )

    answer = admin.post(f"/settings/fields/{plan.pk}/", given)

    assert answer.status_code == 302
    plan.refresh_from_db()
    assert (plan.label, plan.choices, plan.position) == ("Tariff", ["Pro", "Basic", "Max"], 5)
    assert (plan.required_to_solve, plan.active, plan.key) == (True, False, "plan")
    entry = AgentAudit.objects.get(kind="field_edited")
    assert (entry.actor_id, entry.data["fields"]) == (
        root.pk,
        ["label", "choices", "position", "required_to_solve", "active"],
    )


def test_two_admins_who_edit_different_settings_do_not_undo_each_other(admin: Client, plan: FieldDefinition) -> None:
    page_of_one, page_of_other = shown(plan, label="Tariff"), shown(plan, position="9")

    admin.post(f"/settings/fields/{plan.pk}/", page_of_one)
    admin.post(f"/settings/fields/{plan.pk}/", page_of_other)

    plan.refresh_from_db()
    assert (plan.label, plan.position) == ("Tariff", 9)


@pytest.mark.parametrize("extra", ["key", "kind", "id", "created_at"])
def test_key_and_kind_are_fixed_and_unknown_fields_are_400(admin: Client, plan: FieldDefinition, extra: str) -> None:
    """E09"""
    answer = admin.post(f"/settings/fields/{plan.pk}/", shown(plan, label="Tariff", **{extra: "text"}))

    assert answer.status_code == 400
    plan.refresh_from_db()
    assert (plan.label, plan.key, plan.kind) == ("Plan", "plan", "choice")
    assert AgentAudit.objects.filter(kind="field_edited").count() == 0


def test_a_choice_that_is_taken_away_stays_readable_where_it_was_chosen(
    admin: Client, plan: FieldDefinition, root: Agent
) -> None:
    ticket = factories.make_ticket(None, SetField("plan", "Basic"))

    admin.post(f"/settings/fields/{plan.pk}/", shown(plan, choices="Pro"))

    assert Ticket.objects.get(pk=ticket.pk).custom == {"plan": "Basic"}
    page = admin.get(f"/tickets/{ticket.pk}/")
    assert page.status_code == 200
    assert "Basic" in page.content.decode()
    other = factories.make_ticket()
    with pytest.raises(Exception, match="offered values"):
        perform(other.pk, SetField("plan", "Basic"), by=Actor.agent(root), via="web")


def test_a_field_is_switched_off_and_its_values_are_kept(plan: FieldDefinition, root: Agent) -> None:
    ticket = factories.make_ticket(None, SetField("plan", "Pro"))

    edit_field(plan.pk, Actor.agent(root), {"active": False})

    assert Ticket.objects.get(pk=ticket.pk).custom == {"plan": "Pro"}
    with pytest.raises(Exception, match="no such field"):
        perform(ticket.pk, SetField("plan", "Basic"), by=Actor.agent(root), via="web")


@pytest.mark.parametrize("persona", ["lou", "ana", "leo", "otto"])
def test_only_an_admin_comes_in(client: Client, plan: FieldDefinition, persona: str, request: Any) -> None:
    agent = request.getfixturevalue(persona)
    client.force_login(agent)
    places = ("/settings/fields/", "/settings/fields/new/", f"/settings/fields/{plan.pk}/")

    answers = [client.get(place).status_code for place in places]
    answers += [client.post(place, shown(plan, label="Mine")).status_code for place in places[1:]]

    assert answers == [403] * 5
    plan.refresh_from_db()
    assert (plan.label, FieldDefinition.objects.count()) == ("Plan", 1)
    with pytest.raises(Denied):
        edit_field(plan.pk, Actor.agent(agent), {"label": "Mine"})


def test_strangers_are_led_to_the_sign_in(client: Client, plan: FieldDefinition) -> None:
    for place in ("/settings/fields/", "/settings/fields/new/", f"/settings/fields/{plan.pk}/"):
        answer = client.get(place)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_the_list_costs_the_same_at_one_and_at_twenty_five_fields(
    admin: Client, plan: FieldDefinition, django_assert_num_queries: Any
) -> None:
    admin.get("/settings/fields/")
    with django_assert_num_queries(4):
        admin.get("/settings/fields/")
    FieldDefinition.objects.bulk_create(
        FieldDefinition(key=f"f{number}", label=f"F {number}", kind="text") for number in range(24)
    )
    with django_assert_num_queries(4):
        admin.get("/settings/fields/")
