"""How saved views are made, changed, put in order and taken away, and who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import Team
from agents.permissions import Permission
from agents.room import expect_room
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from helpdesk.lib.text import one_line
from tickets.list_columns import known
from tickets.models import ListLook, SavedView
from tickets.query_names import DatabaseNames
from tickets.query_text import parse, to_text
from tickets.sorting import SORTS

if TYPE_CHECKING:
    from agents.actors import Actor

MOST = 50
LONGEST_NAME = 60


def visible_view(pk: int, actor: Actor) -> SavedView:
    """The view, or NotVisible."""
    view = SavedView.objects.visible_to(actor).select_related("owner", "team").filter(pk=pk).first()
    if view is None:
        raise NotVisible("not_found", _("There is no such view."))
    return view


def may_change(view: SavedView, actor: Actor) -> bool:
    """One's own, or a shared one by whoever may share; a personal view of somebody else is not seen at all."""
    return view.owner_id == actor.id or (view.is_shared and actor.can(Permission.SHARE_VIEWS))


@transaction.atomic
def save_view(by: Actor, known_as: dict[str, Any], pk: int | None = None) -> SavedView:
    """Make a view, or change the one with that key: `name`, `text`, `sharing`, `team`, `sort`, `columns`.

    Raises NotVisible, Denied, or HelpdeskError: no_name, bad_query (with the field "text"), bad_team, too_many_views.
    """
    if pk is None:
        owner = _agent(by)
        full = HelpdeskError("too_many_views", _("You have fifty views already; remove one first."))
        expect_room(owner, SavedView.objects.filter(owner_id=owner), MOST, full)
        view = SavedView(owner_id=owner, position=_last(owner) + 1)
    else:
        view = _to_change(pk, by)
    before = None if pk is None else _settings_of(view)
    view.name = one_line(str(known_as.get("name", "")))[:LONGEST_NAME]
    if not view.name:
        raise HelpdeskError("no_name", _("A view needs a name."), field="name")
    names = DatabaseNames()
    _ask(view, str(known_as.get("text", "")), names)
    _share(view, by, str(known_as.get("sharing") or SavedView.Sharing.NOBODY), known_as.get("team"))
    if view.is_shared:
        by.require(Permission.SHARE_VIEWS)
    view.sort = known_as["sort"] if known_as.get("sort") in SORTS else ""
    view.columns = [column.name for column in known(list(known_as.get("columns") or ()), names.fields)]
    view.save()
    audit.record_shared("view", view.name, by=by, before=before, after=_settings_of(view))
    return view


@transaction.atomic
def remove_view(pk: int, by: Actor) -> SavedView:
    view = _to_change(pk, by)
    ListLook.objects.filter(view=str(pk)).delete()
    audit.record_shared("view", view.name, by=by, before=_settings_of(view), after=None)
    view.delete()
    return view


@transaction.atomic
def move_view(pk: int, by: Actor, step: int) -> None:
    """Up (-1) or down (1) among one's own; those of others stand behind them, by name."""
    visible_view(pk, by)
    views = list(SavedView.objects.filter(owner_id=by.id).order_by("position", "pk").select_for_update())
    here = next((place for place, view in enumerate(views) if view.pk == pk), None)
    if here is None:
        raise Denied("denied", _("Only one's own views can be put in order."))
    there = min(max(here + step, 0), len(views) - 1)
    views.insert(there, views.pop(here))
    for place, view in enumerate(views):
        if view.position != place:
            SavedView.objects.filter(pk=view.pk).update(position=place)


def keep_look(by: Actor, view: str, *, sort: str, columns: list[str], compact: bool) -> None:
    """How this agent looks at a view from now on; `compact` holds for all lists."""
    shown = [column.name for column in known(columns, DatabaseNames().fields)]
    sort = sort if sort in SORTS else ""
    agent = _agent(by)
    ListLook.objects.update_or_create(agent_id=agent, view=view, defaults={"sort": sort, "columns": shown})
    ListLook.objects.update_or_create(agent_id=agent, view="", defaults={"compact": compact})


def forget_look(by: Actor, view: str) -> None:
    """Look at the view as it was made."""
    ListLook.objects.filter(agent_id=_agent(by), view=view).delete()


def _to_change(pk: int, by: Actor) -> SavedView:
    view = SavedView.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=pk).first()
    if view is None:
        raise NotVisible("not_found", _("There is no such view."))
    if not may_change(view, by):
        raise Denied("denied", _("Only those who may share views change this one."))
    return view


def _ask(view: SavedView, text: str, names: DatabaseNames) -> None:
    query = parse(text.strip(), names)
    if query.mistakes:
        wrong = query.mistakes[0]
        raise HelpdeskError("bad_query", f"{wrong.word}: {wrong.message}", field="text")
    view.parameters, view.text = query.parameters, to_text(query.parameters, names)


def _share(view: SavedView, by: Actor, sharing: str, team: int | None) -> None:
    view.sharing = sharing if sharing in SavedView.Sharing.values else SavedView.Sharing.NOBODY
    view.team_id = None
    if view.sharing == SavedView.Sharing.TEAM:
        mine = by.sees_all_tickets or team in by.team_ids
        if team is None or not mine or not Team.objects.active().filter(pk=team).exists():
            raise HelpdeskError("bad_team", _("Choose one of your teams."), field="team")
        view.team_id = team


def _settings_of(view: SavedView) -> dict[str, Any]:
    """What the audit log compares."""
    return {
        "name": view.name,
        "query": view.text,
        "sharing": (view.sharing, view.team_id) if view.is_shared else None,
        "sort": view.sort,
        "columns": view.columns,
    }


def _last(owner: int) -> int:
    return max((view.position for view in SavedView.objects.filter(owner_id=owner)), default=-1)


def _agent(by: Actor) -> int:
    """Views and looks are people's."""
    if not by.is_agent or by.id is None:
        raise Denied("denied", _("Only agents have views."))
    return by.id
