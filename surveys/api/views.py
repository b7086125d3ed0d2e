"""Surveys of tickets that the agent sees: all of them for those who supervise, those of one ticket for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from agents.permissions import Permission
from helpdesk.lib.rest.documenting import PAGING, listed, number, operation, text
from helpdesk.lib.rest.paging import PARAMETERS, page
from helpdesk.lib.rest.shapes import MOST_KEY, chosen, expect_parameters, key_in
from helpdesk.lib.rest.single import found, shown
from surveys.api.shapes import SurveyShape, WholeSurveyShape
from surveys.models import State, Survey
from tickets.models import Ticket

SCORES = ("low",)


class Surveys(Door):
    @operation(
        "List surveys",
        answers={200: listed(SurveyShape, "SurveyPage")},
        parameters=[
            number("ticket_id", "Of this ticket.", 1, MOST_KEY),
            text("state", "In this state.", enum=[str(value) for value in State.values]),
            text("score", "Only scores of 1 and 2.", enum=list(SCORES)),
            *PAGING,
        ],
        name="surveys_list",
    )
    def get(self, request: Request) -> Response:
        """Without `ticket_id` for those who supervise or read reports only. Oldest first."""
        expect_parameters(request, ("ticket_id", "state", "score", *PARAMETERS))
        rows = Survey.objects.visible_to(self.actor)
        ticket_id = key_in(request, "ticket_id")
        if ticket_id is not None:
            rows = rows.filter(ticket=Ticket.objects.get_visible(ticket_id, self.actor))
        elif not self.actor.can(Permission.REPORTS):
            self.actor.require(Permission.SUPERVISE)
        if state := chosen(request, "state", State.values):
            rows = rows.filter(state=state)
        if chosen(request, "score", SCORES):
            rows = rows.low()
        return page(request, rows, _surveys, by="created_at")  # rides survey_by_state and survey_by_created


class OneSurvey(Door):
    @operation(
        "Get a survey with its steps and answers", answers={200: WholeSurveyShape}, sends=["ETag"], name="surveys_get"
    )
    def get(self, request: Request, survey_id: int) -> Response:
        expect_parameters(request, ())
        rows = Survey.objects.visible_to(self.actor).prefetch_related("steps", "answers")
        return shown(WholeSurveyShape(found(rows, survey_id, _("There is no such survey."))))


def _surveys(rows: Sequence[Survey]) -> list[Any]:
    return list(SurveyShape(rows, many=True).data)
