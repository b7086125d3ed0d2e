"""Macros for programs: those that one sees, keeping them, and what one would do to a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from agents.models import Agent
from automation.api.shapes import MacroEdit, MacroShape, NewMacro, PreviewShape, sharing_of
from automation.macros.foretelling import foretell
from automation.macros.house import House
from automation.macros.keeping import macro_to_change, remove_macro, save_macro, troubles
from automation.macros.model import Macro
from automation.macros.verbs import usable_macro, visible_macro
from helpdesk.lib.errors import Denied, HelpdeskError
from helpdesk.lib.rest.documenting import PAGING, listed, operation
from helpdesk.lib.rest.paging import PARAMETERS, page
from helpdesk.lib.rest.shapes import expect_parameters, read_body
from helpdesk.lib.rest.versions import asked_version, etag
from tickets.models import Ticket

# What stays of a macro where a change does not name it; its sharing is told apart.
KEPT = ("name", "description", "team_id", "steps", "body", "kind", "active")


class Macros(Door):
    @operation("List macros", answers={200: listed(MacroShape, "MacroPage")}, parameters=PAGING, name="macros_list")
    def get(self, request: Request) -> Response:
        """One's own, those of one's teams, and those for everyone."""
        expect_parameters(request, PARAMETERS)
        return page(request, Macro.objects.visible_to(self.actor), _shapes)

    @operation(
        "Make a macro",
        answers={201: MacroShape},
        takes=NewMacro,
        example={
            "name": "Refund approved",
            "steps": [{"do": "set_status", "status": "pending"}, {"do": "add_tag", "tag": "refund"}],
            "body": "Dear {{ requester.first_name | customer }}, the money is on its way.",
        },
        writes=True,
        sends=["ETag"],
        name="macros_create",
    )
    def post(self, request: Request) -> Response:
        """Sharing takes what sharing a text takes."""
        expect_parameters(request, ())
        return _shown(save_macro(self.actor, _known_as(read_body(NewMacro, request))), 201)


class OneMacro(Door):
    @operation("Get a macro", answers={200: MacroShape}, sends=["ETag"], name="macros_get")
    def get(self, request: Request, macro_id: int) -> Response:
        expect_parameters(request, ())
        return _shown(visible_macro(macro_id, self.actor))

    @operation(
        "Change a macro",
        answers={200: MacroShape},
        takes=MacroEdit,
        example={"active": False},
        writes=True,
        versioned=True,
        keyed=False,
        name="macros_update",
    )
    def patch(self, request: Request, macro_id: int) -> Response:
        expect_parameters(request, ())
        given = read_body(MacroEdit, request)
        with transaction.atomic():
            macro = macro_to_change(macro_id, self.actor, held=True)
            asked_version(request, macro.version)
            before = {name: getattr(macro, name) for name in KEPT}
            known = _known_as({**before, "sharing": sharing_of(macro), **given})
            return _shown(save_macro(self.actor, known, macro_id))

    @operation("Remove a macro", answers={204: None}, writes=True, versioned=True, keyed=False, name="macros_delete")
    def delete(self, request: Request, macro_id: int) -> Response:
        expect_parameters(request, ())
        with transaction.atomic():
            asked_version(request, macro_to_change(macro_id, self.actor, held=True).version)
            remove_macro(macro_id, self.actor)
        return Response(status=204)


class Preview(Door):
    @operation("See what a macro would do to a ticket", answers={200: PreviewShape}, name="macros_preview")
    def get(self, request: Request, ticket_id: int, macro_id: int) -> Response:
        """Nothing is changed. To apply it: `{"do": "apply_macro", "macro_id": 3}` among the actions of the ticket."""
        expect_parameters(request, ())
        rows = Ticket.objects.select_related("requester", "organization", "team")
        ticket = rows.get_visible(ticket_id, self.actor)
        agent = Agent.objects.filter(pk=self.actor.id).first() if self.actor.is_agent else None
        if agent is None:
            raise Denied("denied", _("Only agents say what a macro says."))
        macro = usable_macro(macro_id, self.actor)
        told = foretell(macro, ticket, agent, self.actor)
        # One that cannot be tried at all says so at every step: none of them would be done.
        found = [(one.facts, one.refused) for one in told.tried] or [((), told.refused)] * len(macro.steps)
        steps = [
            {
                "step": step,
                "changes": [{"kind": fact.kind, "data": fact.data} for fact in facts],
                "code": refused.code if refused else "",
                "detail": str(refused) if refused else "",
            }
            for step, (facts, refused) in zip(macro.steps, found, strict=True)
        ]
        shown = {"macro_id": macro.pk, "steps": steps, "body": told.words.text, "unknown": told.words.unknown}
        return Response(PreviewShape(shown).data)


def _shapes(rows: Sequence[Macro]) -> list[Any]:
    return list(MacroShape(rows, many=True, context={"broken": troubles(rows, House.read())}).data)


def _shown(macro: Macro, status: int = 200) -> Response:
    return Response(_shapes([macro])[0], status=status, headers={"ETag": etag(macro.version)})


def _known_as(given: dict[str, Any]) -> dict[str, Any]:
    known = dict(given)
    sharing = known.pop("sharing")
    team_id = known.get("team_id") if sharing == "team" else None
    if sharing == "team" and team_id is None:
        raise HelpdeskError("no_such_team", _("There is no such team."), field="team_id")
    return {**known, "shared": sharing != "nobody", "team_id": team_id}
