"""Settings for macros: one's own and the shared ones, a new one, changing, copying, ordering and deleting."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from automation.macros.forms import MINE, MacroForm, Rows
from automation.macros.house import House
from automation.macros.keeping import (
    copy_macro,
    macro_to_change,
    may_change,
    move_macro,
    remove_macro,
    save_macro,
    troubles,
)
from automation.macros.model import Macro
from automation.macros.vocabulary import said, trouble
from helpdesk.lib.errors import HelpdeskError, Stale
from helpdesk.lib.forms import refuse_unknown
from helpdesk.lib.http import is_fragment
from tickets.canned import VARIABLES

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
MOST = 500


@require_safe
@needs(Permission.REPLY, Permission.NOTE)
def macros(request: AgentRequest) -> HttpResponse:
    """All that the reader sees, searched by `?q=`: what each does, and which are broken and why."""
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    found = list(Macro.objects.visible_to(request.actor).matching(words).in_order().select_related("team")[:MOST])
    house = House.read()
    broken = troubles(found, house)
    rows = [
        {
            "macro": macro,
            "changeable": may_change(macro, request.actor),
            "steps": [(said(step, house), trouble(step, house)) for step in macro.steps],
            "broken": macro.pk in broken,
        }
        for macro in found
    ]
    return render(request, "macros/list.html", {"rows": rows, "q": words, "broken": len(broken)})


@get_or_post
@needs(Permission.REPLY, Permission.NOTE)
def new(request: AgentRequest) -> HttpResponse:
    return _edited(request, None)


@get_or_post
@needs(Permission.REPLY, Permission.NOTE)
def edit(request: AgentRequest, macro_id: int) -> HttpResponse:
    return _edited(request, macro_to_change(macro_id, request.actor))


def _edited(request: AgentRequest, macro: Macro | None) -> HttpResponse:
    """The form; with a button of the rows it only comes back with a row more or less, and nothing is saved."""
    given = posted(request)
    shown = MacroForm.showing(macro) if macro else {"team": MINE}
    if given is not None and ("add" in given or "remove" in given):
        rows = Rows.sent(given)
        if is_fragment(request):
            return render(request, "macros/_steps.html", {"rows": rows})
        again = {**shown, **given.dict(), "active": "active" in given}
        form = MacroForm(None, actor=request.actor, macro=macro, initial=again)
        return _drawn(request, form, rows, macro)
    form = MacroForm(given, actor=request.actor, macro=macro, initial=shown)
    rows = Rows.sent(given) if given is not None else Rows.of(macro)
    return _saved(request, form, rows, macro) or _drawn(request, form, rows, macro)


def _saved(request: AgentRequest, form: MacroForm, rows: Rows, macro: Macro | None) -> HttpResponse | None:
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        known = {**form.values(), "steps": rows.steps()}
        if macro:
            saved = save_macro(request.actor, known, macro.pk, version=form.was_shown)
        else:
            saved = save_macro(request.actor, known)
    except Stale as error:
        if macro is None:
            raise
        macro = macro_to_change(macro.pk, request.actor)
        form.overtaken(error, macro)
        return _drawn(request, form, rows, macro, status=error.status)
    except HelpdeskError as error:
        if error.status != 422:
            raise
        if not rows.refuse(error):
            form.refused(error)
        return None
    messages.success(request, _("%(title)s was saved.") % {"title": saved.name})
    return redirect("macros:list")


def _drawn(request: AgentRequest, form: MacroForm, rows: Rows, macro: Macro | None, status: int = 0) -> HttpResponse:
    context = {"form": form, "rows": rows, "macro": macro, "variables": VARIABLES.items()}
    return render(request, "macros/edit.html", context, status=status or (422 if form.is_bound else 200))


@require_POST
@needs(Permission.REPLY, Permission.NOTE)
def copy(request: AgentRequest, macro_id: int) -> HttpResponse:
    """A copy of one's own, which opens to be changed."""
    refuse_unknown(request.POST)
    return redirect("macros:edit", copy_macro(macro_id, request.actor).pk)


@require_POST
@needs(Permission.REPLY, Permission.NOTE)
def move(request: AgentRequest, macro_id: int) -> HttpResponse:
    """`step` is -1 (up) or 1 (down)."""
    refuse_unknown(request.POST, {"step"})
    move_macro(macro_id, request.actor, -1 if request.POST.get("step") == "-1" else 1)
    return redirect("macros:list")


@require_POST
@needs(Permission.REPLY, Permission.NOTE)
def remove(request: AgentRequest, macro_id: int) -> HttpResponse:
    refuse_unknown(request.POST)
    macro = remove_macro(macro_id, request.actor)
    messages.success(request, _("%(title)s was deleted.") % {"title": macro.name})
    return redirect("macros:list")
