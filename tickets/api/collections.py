"""Tags, and the saved views of agents."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from helpdesk.lib.rest.documenting import PAGING, listed, operation
from helpdesk.lib.rest.paging import PARAMETERS, page
from helpdesk.lib.rest.shapes import Key, Slug, Strict, Text, expect_parameters, read_body
from helpdesk.lib.rest.single import shown
from helpdesk.lib.rest.versions import asked_version, version_of
from tickets.api.shapes import TagShape
from tickets.models import SavedView, Tag
from tickets.saved_views import remove_view, save_view, visible_view
from tickets.sorting import SORTS


class Tags(Door):
    @operation("List tags", answers={200: listed(TagShape, "TagPage")}, parameters=PAGING, name="tags_list")
    def get(self, request: Request) -> Response:
        expect_parameters(request, PARAMETERS)
        return page(request, Tag.objects.all(), lambda rows: list(TagShape(rows, many=True).data))


class ViewShape(serializers.Serializer[Any]):
    """A saved query. `?view=<id>` on the list of tickets asks it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    owner_id = serializers.IntegerField()
    sharing = serializers.ChoiceField(choices=SavedView.Sharing.choices)
    team_id = serializers.IntegerField(allow_null=True)
    query = serializers.CharField(source="text")
    parameters = serializers.DictField()
    sort = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": 5,
        "name": "Refunds",
        "owner_id": 2,
        "sharing": "team",
        "team_id": 1,
        "query": "is:open tag:refund",
        "parameters": {"is": ["open"], "tag": ["refund"]},
        "sort": "waiting",
        "columns": [],
        "created_at": "2026-11-22T09:14:03.512000Z",
    }


class NewView(Strict):
    """A query in the language of the pages, under a name."""

    name = Text(max_length=60)
    query = Text(max_length=2000, allow_blank=True, default="")
    sharing = Slug(choices=SavedView.Sharing.choices, default=SavedView.Sharing.NOBODY)
    team_id = Key(required=False, allow_null=True)
    sort = Slug(choices=[(slug, slug) for slug in SORTS], required=False)
    columns = serializers.ListField(child=Text(max_length=60), required=False, max_length=40)


class ViewEdit(NewView):
    """What may be changed of a view; what is left out stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partial = True


class Views(Door):
    @operation("List saved views", answers={200: listed(ViewShape, "ViewPage")}, parameters=PAGING, name="views_list")
    def get(self, request: Request) -> Response:
        """One's own, and those shared with one."""
        expect_parameters(request, PARAMETERS)
        rows = SavedView.objects.visible_to(self.actor)
        return page(request, rows, lambda found: list(ViewShape(found, many=True).data))

    @operation(
        "Save a view",
        answers={201: ViewShape},
        takes=NewView,
        example={"name": "Refunds", "query": "is:open tag:refund", "sort": "waiting"},
        writes=True,
        sends=["ETag"],
        name="views_create",
    )
    def post(self, request: Request) -> Response:
        expect_parameters(request, ())
        view = save_view(self.actor, _known_as(read_body(NewView, request)))
        return shown(ViewShape(view), 201)


class OneView(Door):
    @operation("Get a saved view", answers={200: ViewShape}, sends=["ETag"], name="views_get")
    def get(self, request: Request, view_id: int) -> Response:
        expect_parameters(request, ())
        return shown(ViewShape(visible_view(view_id, self.actor)))

    @operation(
        "Change a saved view",
        answers={200: ViewShape},
        takes=ViewEdit,
        example={"name": "Refunds that wait"},
        writes=True,
        versioned=True,
        keyed=False,
        name="views_update",
    )
    def patch(self, request: Request, view_id: int) -> Response:
        expect_parameters(request, ())
        given = read_body(ViewEdit, request)
        with transaction.atomic():
            SavedView.objects.select_for_update().filter(pk=view_id).first()
            view = visible_view(view_id, self.actor)
            asked_version(request, version_of(ViewShape(view).data))
            before = {
                "name": view.name,
                "query": view.text,
                "sharing": view.sharing,
                "team_id": view.team_id,
                "sort": view.sort,
                "columns": view.columns,
            }
            view = save_view(self.actor, _known_as(before | given), view_id)
        return shown(ViewShape(view))

    @operation("Remove a saved view", answers={204: None}, writes=True, keyed=False, name="views_delete")
    def delete(self, request: Request, view_id: int) -> Response:
        expect_parameters(request, ())
        remove_view(view_id, self.actor)
        return Response(status=204)


def _known_as(given: dict[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in given.items() if key not in ("query", "team_id")}
    return known | {"text": given.get("query", ""), "team": given.get("team_id")}
