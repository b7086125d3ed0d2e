"""One gesture on all chosen tickets of a list: one by one, everything that matches, or what was refused before."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import signed_in
from agents.models import Agent, Team
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from tickets import bulk as doing
from tickets.asked_list import asked_list
from tickets.bulk_forms import WRITE, ordered
from tickets.forms import offered_snoozes
from tickets.models import BulkJob, Tag, Ticket
from tickets.querysets import TicketQuerySet
from tickets.search.finding import NEWEST
from tickets.templatetags.bulk_told import SAID
from tickets.views.answers import SNOOZE_WORDS
from tickets.views.choices import MOST


@require_POST
@signed_in
def bulk(request: AgentRequest) -> HttpResponse:
    """`do` says what, see bulk_forms.ordered(); `ticket` names the chosen, `all=1` everything that `list` finds, and
    `refused` a job whose refused tickets are meant."""
    given = request.POST
    wants_words = given.get("do") == WRITE
    if wants_words:
        request.actor.require(Permission.NOTE)
        actions = []
    else:
        request.actor.require(Permission.EDIT)
        actions = ordered(given, request.actor)
    tickets, came_from = chosen_in(request), given.get("list", "")
    job = doing.ask(tickets, actions, request.actor, came_from=came_from, draft=wants_words)
    if wants_words:
        return redirect("tickets:bulk_words", job_id=job.pk)
    return told(request, job)


def told(request: AgentRequest, job: BulkJob) -> HttpResponse:
    """Back to the list with the result, or to the page of a job that is still running."""
    if job.is_running:
        return redirect("tickets:bulk_job", job_id=job.pk)
    request.session[SAID] = job.pk
    return redirect(list_of(request, job))


def list_of(request: AgentRequest, job: BulkJob) -> str:
    """The list one came from: only the query of its address is taken over, so this leads nowhere else."""
    inbox = reverse("tickets:inbox")
    target = f"{inbox}?{job.came_from}" if job.came_from else inbox
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else inbox


def chosen_in(request: AgentRequest) -> TicketQuerySet:
    """The tickets that the bar above a list was pressed for."""
    given = request.POST
    if given.get("all"):
        return _all_of(request, given.get("list", ""))
    if refused := number_in(given.get("refused")):
        job = visible_job(request, refused)
        return doing.chosen(job.items.refused().values_list("ticket", flat=True), request.actor)
    keys = [key for key in map(number_in, given.getlist("ticket")[: doing.AT_ONCE * 4]) if key is not None]
    return doing.chosen(keys, request.actor)


def _all_of(request: AgentRequest, address: str) -> TicketQuerySet:
    """Everything that the list finds now; a question with a mistake finds nothing, rather than everything."""
    asked = asked_list(QueryDict(address[:4000]), request.actor)
    if asked.gone or not asked.filter.is_sound:
        raise HelpdeskError("bad_query", _("There is a mistake in the filter of this list."), field="list")
    found: TicketQuerySet = asked.filter.qs
    return found


@require_safe
@signed_in
def count(request: AgentRequest) -> HttpResponse:
    """How many the list finds, as the box that chooses them all: asked for when a whole page is chosen."""
    request.actor.require(Permission.EDIT)
    asked = asked_list(request.GET, request.actor)
    found = asked.filter.qs.count_up_to(doing.MOST) if asked.filter.is_sound and not asked.gone else 0
    context = {
        "count": found,
        "too_many": found > doing.MOST,
        "most": doing.MOST,
        "newest_only": bool(asked.filter.words) and found >= NEWEST,
    }
    return render(request, "tickets/bulk/_all.html", context)


@require_safe
@signed_in
def choices(request: AgentRequest, what: str) -> HttpResponse:
    """What a menu of the bar offers, read when it opens."""
    request.actor.require(Permission.EDIT)
    offered: dict[str, Any] = {"actor": request.actor}
    if what == "assignee":
        offered["agents"] = Agent.objects.assignable()[:MOST]
    elif what == "team":
        offered["teams"] = Team.objects.active()[:MOST]
    elif what == "tags":
        offered["tags"] = Tag.objects.all()[:MOST]
    elif what == "snooze":
        moments = offered_snoozes()
        offered["snooze_moments"] = [(name, SNOOZE_WORDS[name](), moments[name]) for name in moments]
    else:
        raise Http404
    return render(request, f"tickets/bulk/_{what}.html", offered)


def visible_job(request: AgentRequest, pk: int) -> BulkJob:
    job = BulkJob.objects.visible_to(request.actor).select_related("agent").filter(pk=pk).first()
    if job is None:
        raise Http404
    return job


def refused_of(request: AgentRequest, job: BulkJob, most: int) -> list[tuple[Any, Ticket | None]]:
    """The refused with their tickets, where the reader may see them (still)."""
    items = list(job.items.refused()[:most])
    rows = Ticket.objects.visible_to(request.actor).filter(pk__in=[item.ticket for item in items])
    tickets = {ticket.pk: ticket for ticket in rows.only("pk", "subject", "status")}
    return [(item, tickets.get(item.ticket)) for item in items]
