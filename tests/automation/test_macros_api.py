"""Macros for programs: kept with If-Match, looked at and applied by name, absent for others."""

from __future__ import annotations

import pytest

from automation.models import Macro
from tests.api.conftest import program
from tickets.models import Change, Message, Ticket

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Refund approved",
    "steps": [{"do": "set_status", "status": "pending"}, {"do": "add_tag", "tag": "refund"}, {"do": "take"}],
    "body": "Dear {{ requester.first_name }}.",
}


def test_a_program_keeps_previews_and_applies_a_macro(ticket, ana, leo, mia, billing):
    """E14: to those who do not see it, it is not there, at any of the doors."""
    client, theirs = program(ana), program(mia)
    made = client.send("/api/v1/macros/", NEW)
    key, tag = made.json()["id"], made.headers["ETag"]
    url, acts = f"/api/v1/macros/{key}/", f"/api/v1/tickets/{ticket.pk}/actions/"
    assert made.status_code == 201
    assert (made.json()["sharing"], made.json()["owner_id"], made.json()["broken"]) == ("nobody", ana.pk, [])

    refused = client.send("/api/v1/macros/", {**NEW, "steps": [{"do": "take"}, {"do": "set_status", "status": "x"}]})
    assert refused.status_code == 422
    assert "steps.1" in refused.content.decode()
    shown = client.get(f"/api/v1/tickets/{ticket.pk}/macros/{key}/").json()
    assert shown["body"] == "Dear Kim."
    assert shown["steps"][0]["changes"] == [{"kind": "status_changed", "data": {"from": "new", "to": "pending"}}]
    assert Change.objects.filter(ticket=ticket).count() == 1

    Macro.objects.filter(pk=key).update(steps=[{"do": "take"}, {"do": "juggle"}])
    untold = client.get(f"/api/v1/tickets/{ticket.pk}/macros/{key}/").json()["steps"]
    assert [(one["step"]["do"], one["changes"], one["code"], one["detail"]) for one in untold] == [
        ("take", [], "unknown_action", "There is no such action."),
        ("juggle", [], "unknown_action", "There is no such action."),
    ]
    Macro.objects.filter(pk=key).update(steps=NEW["steps"])

    apply = {"actions": [{"do": "apply_macro", "macro_id": key, "version": 1}]}
    assert client.send(acts, apply).status_code == 200
    change = Change.objects.filter(ticket=ticket).latest("pk")
    assert change.via == "api"
    assert change.events.earliest("pk").data == {"macro": {"id": key, "name": "Refund approved"}}
    assert Message.objects.latest("pk").text == "Dear Kim."
    for hidden in ({"called": "x"}, {"words": False}, {"leaves": ["take"]}):
        assert client.send(acts, {"actions": [{"do": "apply_macro", "macro_id": key, **hidden}]}).status_code == 422

    changed = client.send(url, {"active": False}, "PATCH", **{"If-Match": tag})
    assert (changed.status_code, changed.json()["active"], changed.json()["steps"]) == (200, False, NEW["steps"])
    assert client.send(url, {"name": "x"}, "PATCH", **{"If-Match": tag}).status_code == 412
    assert client.send(acts, apply).status_code == 422
    shared = program(leo).send("/api/v1/macros/", {**NEW, "sharing": "team", "team_id": billing.pk}).json()
    assert (shared["sharing"], shared["team_id"], shared["owner_id"]) == ("team", billing.pk, None)
    assert [one["id"] for one in client.get("/api/v1/macros/").json()["items"]] == [key, shared["id"]]

    assert theirs.get("/api/v1/macros/").json()["items"] == []
    for answered in (
        theirs.get(url),
        theirs.send(url, {"name": "x"}, "PATCH"),
        theirs.send(url, None, "DELETE"),
        program(leo).send(acts, apply),
        program(leo).get(f"/api/v1/tickets/{ticket.pk}/macros/{key}/"),
    ):
        assert answered.status_code == 404
    assert client.send(url, None, "DELETE").status_code == 204
    assert not Macro.objects.filter(pk=key).exists()
    assert Ticket.objects.get(pk=ticket.pk).status == "pending"
