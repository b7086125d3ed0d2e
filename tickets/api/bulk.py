"""The same to many tickets: few at once in the request, many by workers, each on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.rest.documenting import PAGING, listed, operation
from helpdesk.lib.rest.paging import PARAMETERS, page
from helpdesk.lib.rest.shapes import expect_parameters, read_body
from tickets import bulk
from tickets.api.reading import question
from tickets.api.steps import BulkOrder
from tickets.models import BulkItem, BulkJob, Ticket
from tickets.steps import actions_of

SHOWN = 200
# What goes with words of one conversation or one escalation makes no sense on many.
NOT_IN_BULK = ("withdraw_message", "redact_message", "correct_time_spent", "set_subject")


class ItemShape(serializers.Serializer[Any]):
    """One ticket of a job; `code` and `detail` say why it was refused."""

    ticket_id = serializers.IntegerField(source="ticket")
    state = serializers.ChoiceField(choices=BulkItem.State.choices)
    change_id = serializers.IntegerField(source="change", allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField(source="reason")

    EXAMPLE = {"ticket_id": 7, "state": "done", "change_id": 4713, "code": "", "detail": ""}


class NumbersShape(serializers.Serializer[Any]):
    """How many tickets of a job are in which state."""

    waiting = serializers.IntegerField()
    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class JobShape(serializers.Serializer[Any]):
    """A gesture on many tickets. `items` are the first 200; the others have an address of their own."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=BulkJob.State.choices)
    total = serializers.IntegerField()
    numbers = NumbersShape()
    items = ItemShape(many=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)

    EXAMPLE = {
        "id": 9,
        "state": "done",
        "total": 1,
        "numbers": {"waiting": 0, "done": 1, "refused": 0, "cancelled": 0},
        "items": [ItemShape.EXAMPLE],
        "created_at": "2026-11-22T09:14:03.512000Z",
        "finished_at": "2026-11-22T09:14:03.790000Z",
    }


class Bulk(Door):
    in_one_commit = False  # the gesture names what was done

    @operation(
        "Do the same to many tickets",
        answers={200: JobShape, 202: JobShape},
        takes=BulkOrder,
        example={"ids": [7, 8, 9], "actions": [{"do": "add_tag", "tag": "outage"}]},
        writes=True,
        sends=["Location"],
        name="tickets_bulk",
    )
    def post(self, request: Request) -> Response:
        """One refusal does not undo the others. Up to 100 tickets are done when this answers (200); more, and what
        five seconds were not enough for, are left to workers (202): ask for the job until its state is `done`. Tickets
        that are not seen are left out."""
        expect_parameters(request, ())
        given = read_body(BulkOrder, request)
        actions = actions_of(given["actions"])
        if any(action.name in NOT_IN_BULK for action in actions):
            raise HelpdeskError("not_in_bulk", _("This is done to one ticket at a time."), field="actions")
        if "ids" in given:
            found = Ticket.objects.visible_to(self.actor).filter(pk__in=given["ids"])
        else:
            found = question(given["filter"], self.actor).qs
        job = bulk.ask(found, actions, self.actor, at_once=bulk.OF_PROGRAMS, gesture=self.gesture)
        return Response(
            _told(job), status=202 if job.is_running else 200, headers={"Location": f"/api/v1/bulk-jobs/{job.pk}/"}
        )


class OneJob(Door):
    @operation("Get a job of one's own", answers={200: JobShape}, name="bulk_jobs_get")
    def get(self, request: Request, job_id: int) -> Response:
        expect_parameters(request, ())
        return Response(_told(_job(self, job_id)))


class Items(Door):
    @operation(
        "List the tickets of a job",
        answers={200: listed(ItemShape, "BulkItemPage")},
        parameters=PAGING,
        name="bulk_items_list",
    )
    def get(self, request: Request, job_id: int) -> Response:
        expect_parameters(request, PARAMETERS)
        return page(request, BulkItem.objects.filter(job=_job(self, job_id)), _items)


def _job(door: Door, job_id: int) -> BulkJob:
    job = BulkJob.objects.visible_to(door.actor).filter(pk=job_id).first()
    if job is None:
        raise NotVisible("not_found", _("There is no such job."))
    return job


def _told(job: BulkJob) -> Any:
    items = list(job.items.order_by("ticket")[:SHOWN])
    known = {"id", "state", "total", "created_at", "finished_at"}
    return JobShape(
        {**{name: getattr(job, name) for name in known}, "numbers": job.items.numbers(), "items": items}
    ).data


def _items(rows: Sequence[BulkItem]) -> list[Any]:
    return list(ItemShape(rows, many=True).data)
