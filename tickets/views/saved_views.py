"""Saved views: their list, a new one from the list one is looking at, changing, ordering and removing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import signed_in
from agents.requests import AgentRequest, posted
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.forms import refuse_unknown
from helpdesk.lib.http import is_fragment, number_in
from tickets.asked_list import asked_list
from tickets.filters import QUERY
from tickets.models import SavedView
from tickets.query_completion import completions
from tickets.query_names import DatabaseNames
from tickets.query_text import parse
from tickets.saved_views import forget_look, keep_look, may_change, move_view, remove_view, save_view, visible_view
from tickets.view_forms import LookForm, SavedViewForm
from tickets.views.listing import list_address

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def saved_views(request: AgentRequest) -> HttpResponse:
    """One's own in one's order, then what others share."""
    views = SavedView.objects.visible_to(request.actor).in_order_of(request.actor).select_related("owner", "team")
    rows = [(view, view.owner_id == request.actor.id, may_change(view, request.actor)) for view in views]
    return render(request, "tickets/views/list.html", {"views": rows})


@get_or_post
@signed_in
def new(request: AgentRequest) -> HttpResponse:
    """`?query=` and `?sort=` are those of the list that is to be kept."""
    given: dict[str, Any] = {
        "text": request.GET.get(QUERY, ""),
        "sort": request.GET.get("sort", ""),
        "sharing": "nobody",
    }
    given["columns"] = request.GET.getlist("columns")
    form = SavedViewForm(posted(request), initial=given, actor=request.actor)
    return _saved(request, form, None)


@get_or_post
@signed_in
def edit(request: AgentRequest, view_id: int) -> HttpResponse:
    """`?query=` stands in for the stored one, for whoever changed the list and wants to keep that."""
    view = visible_view(view_id, request.actor)
    if not may_change(view, request.actor):
        return render(
            request, "tickets/views/shown.html", {"view": view}, status=403 if request.method == "POST" else 200
        )
    shown = SavedViewForm.showing(view)
    if QUERY in request.GET:
        shown["text"] = request.GET[QUERY]
    form = SavedViewForm(posted(request), initial=shown, actor=request.actor)
    return _saved(request, form, view)


def _saved(request: AgentRequest, form: SavedViewForm, view: SavedView | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_view(request.actor, _kept(form, view), view.pk if view else None)
        except HelpdeskError as error:
            if error.status != 422:
                raise
            form.refused(error)
        else:
            messages.success(request, _("The view “%(name)s” was saved.") % {"name": saved.name})
            return redirect(f"{reverse('tickets:inbox')}?view={saved.pk}")
    context = {"form": form, "view": view, "query": parse(str(form["text"].value() or ""), DatabaseNames())}
    return render(request, "tickets/views/edit.html", context, status=422 if form.is_bound else 200)


def _kept(form: SavedViewForm, view: SavedView | None) -> dict[str, Any]:
    """What was sent; whom a view is for stays as it is where the form does not ask."""
    kept = dict(form.cleaned_data)
    if "sharing" not in form.fields and view is not None:
        kept |= {"sharing": view.sharing, "team": view.team_id}
    return kept


@require_POST
@signed_in
def remove(request: AgentRequest, view_id: int) -> HttpResponse:
    refuse_unknown(request.POST)
    view = remove_view(view_id, request.actor)
    messages.success(request, _("The view “%(name)s” was removed.") % {"name": view.name})
    return redirect("views:list")


@require_POST
@signed_in
def move(request: AgentRequest, view_id: int) -> HttpResponse:
    """`step` is -1 (up) or 1 (down)."""
    refuse_unknown(request.POST, {"step"})
    move_view(view_id, request.actor, -1 if request.POST.get("step") == "-1" else 1)
    return redirect("views:list")


@get_or_post
@signed_in
def look(request: AgentRequest) -> HttpResponse:
    """Columns, order and density of a list: in the menu of the inbox, or as a page of its own."""
    if request.method == "POST":
        return _looked(request)
    asked = asked_list(request.GET, request.actor)
    shown = {
        "view": asked.view.slug,
        "list": list_address(request.GET).urlencode(),
        "sort": asked.wanted,
        "columns": [column.name for column in asked.columns],
        "compact": asked.compact,
    }
    template = "tickets/views/_look.html" if is_fragment(request) else "tickets/views/look.html"
    return render(request, template, {"form": LookForm(initial=shown), "asked": asked})


def _looked(request: AgentRequest) -> HttpResponse:
    sent = request.POST.copy()
    forget = sent.pop("forget", None)
    form = LookForm(sent)
    if not form.is_valid():
        return render(request, "tickets/views/look.html", {"form": form}, status=422)
    kept = form.cleaned_data
    if forget:
        forget_look(request.actor, kept["view"])
    else:
        keep_look(request.actor, kept["view"], sort=kept["sort"], columns=kept["columns"], compact=kept["compact"])
    return redirect(f"{reverse('tickets:inbox')}?{_query_only(kept['list'])}")


def _query_only(text: str) -> str:
    """The address that one came from, without the order that the look now says; read and written anew, so that
    nothing but parameters can be in it."""
    address = list_address(QueryDict(text))
    address.pop("sort", None)
    return address.urlencode()


@require_safe
@signed_in
def complete(request: AgentRequest) -> HttpResponse:
    """What may stand at `at` in `query`, and where mistakes stand in it."""
    text = request.GET.get(QUERY, "")
    at = number_in(request.GET.get("at"))
    names = DatabaseNames()
    options = completions(text, len(text) if at is None else min(at, len(text)), names)
    context = {"options": options, "query": parse(text, names)}
    return render(request, "tickets/views/_completions.html", context)
