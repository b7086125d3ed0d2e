"""Settings for canned texts: one's own and the shared ones, a new one, changing and deleting."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from helpdesk.lib.errors import HelpdeskError, NotVisible, Stale
from helpdesk.lib.forms import refuse_unknown
from tickets.canned import VARIABLES, canned_to_change, may_change, remove_canned, save_canned
from tickets.canned_forms import MINE, CannedTextForm
from tickets.models import CannedText

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
MOST = 500


@require_safe
@needs(Permission.REPLY, Permission.NOTE)
def texts(request: AgentRequest) -> HttpResponse:
    """All that the reader may use, searched by `?q=`; which of them they may change."""
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    rows = CannedText.objects.visible_to(request.actor).matching(words).select_related("team")[:MOST]
    found = [{"text": text, "mine": may_change(text, request.actor)} for text in rows]
    return render(request, "tickets/canned/list.html", {"rows": found, "q": words})


@get_or_post
@needs(Permission.REPLY, Permission.NOTE)
def new(request: AgentRequest) -> HttpResponse:
    form = CannedTextForm(posted(request), actor=request.actor, initial={"team": MINE})
    return _saved(request, form, None) or _form(request, form, None)


@get_or_post
@needs(Permission.REPLY, Permission.NOTE)
def edit(request: AgentRequest, canned_id: int) -> HttpResponse:
    text = canned_to_change(canned_id, request.actor)
    form = CannedTextForm(posted(request), actor=request.actor, text=text, initial=CannedTextForm.showing(text))
    return _saved(request, form, text) or _form(request, form, text)


def _saved(request: AgentRequest, form: CannedTextForm, text: CannedText | None) -> HttpResponse | None:
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        if text:
            saved = save_canned(request.actor, text.pk, version=form.was_shown, **form.values())
        else:
            saved = save_canned(request.actor, **form.values())
    except Stale as error:
        if text is None:
            raise
        text = canned_to_change(text.pk, request.actor)
        form.overtaken(error, text)
        return _form(request, form, text, status=error.status)
    except HelpdeskError as error:
        if error.status == NotVisible.status:
            raise
        form.refused(error)
        return None
    messages.success(request, _("%(title)s was saved.") % {"title": saved.title})
    return redirect("canned:list")


def _form(request: AgentRequest, form: CannedTextForm, text: CannedText | None, status: int = 0) -> HttpResponse:
    context = {"form": form, "text": text, "variables": VARIABLES.items()}
    return render(request, "tickets/canned/edit.html", context, status=status or (422 if form.is_bound else 200))


@require_POST
@needs(Permission.REPLY, Permission.NOTE)
def remove(request: AgentRequest, canned_id: int) -> HttpResponse:
    refuse_unknown(request.POST)
    text = remove_canned(canned_id, request.actor)
    messages.success(request, _("%(title)s was deleted.") % {"title": text.title})
    return redirect("canned:list")
