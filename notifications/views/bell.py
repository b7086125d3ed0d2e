"""The bell in the top bar: its count, what it opens to, and reading."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import signed_in
from agents.requests import AgentRequest
from helpdesk.lib.errors import NotVisible
from helpdesk.lib.http import Said, answer, is_fragment
from notifications import reading
from notifications.models import Notification


@require_safe
@signed_in
def count(request: AgentRequest) -> HttpResponse:
    """The number on the bell."""
    return _count(request)


@require_safe
@signed_in
def panel(request: AgentRequest) -> HttpResponse:
    """Unread news, folded by ticket; asked for when the bell is opened."""
    return render(request, "notifications/_panel.html", {"folds": reading.newest_folds(request.actor)})


@require_POST
@signed_in
def seen(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """A ticket is open before its reader: its news is read. Answers the new number."""
    reading.mark_ticket_read(request.actor, ticket_id)
    return _count(request) if is_fragment(request) else answer(request, "", {}, to=reverse("notifications:list"))


@require_POST
@signed_in
def read(request: AgentRequest, notification_id: int) -> HttpResponse:
    """Mark one as read; one that is read already stays so."""
    own = Notification.objects.visible_to(request.actor).filter(pk=notification_id)
    if not own.exists():
        raise NotVisible("not_found", _("There is no such notification."))
    reading.mark_read(request.actor, notification_id)
    return answer(request, "", {}, to=reverse("notifications:list"))


@require_POST
@signed_in
def read_all(request: AgentRequest) -> HttpResponse:
    done = reading.mark_read(request.actor)
    words = ngettext("%(n)d notification was marked as read.", "%(n)d notifications were marked as read.", done)
    said = Said(words % {"n": done} if done else _("There was nothing unread."))
    context = {"folds": [], "number": 0, "cap": reading.CAP}
    return answer(request, "notifications/_all_read.html", context, to=reverse("notifications:list"), said=said)


def _count(request: AgentRequest) -> HttpResponse:
    context = {"number": reading.unread_count(request.actor), "cap": reading.CAP}
    return render(request, "notifications/_count.html", context)
