"""Folding a ticket into another: choosing it, seeing what will happen, doing it, and taking it back."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.http import Said, answer, is_fragment, number_in
from tickets.ends import end_of
from tickets.merge_plan import MergePlan, plan_merge
from tickets.merging import merge_tickets
from tickets.models import Ticket
from tickets.moving_forms import MergeForm
from tickets.unmerging import Undone, undo_merge
from tickets.views.picking import found_tickets


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def merge(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Without `number` the search for the other ticket; with it what the merge will do; POST does it."""
    source = Ticket.objects.select_related("requester").get_visible(ticket_id, request.actor)
    request.actor.require(Permission.MERGE)
    if request.method == "POST":
        return _do(request, source)
    number = number_in(request.GET.get("number", "").strip().lstrip("#"))
    if number is None:
        return _choose(request, source)
    try:
        return _preview(request, source, plan_merge(source, _target(request, number)))
    except HelpdeskError as refusal:
        if refusal.status == 403:
            raise
        error = _("There is no such ticket.") if isinstance(refusal, NotVisible) else str(refusal)
        return _choose(request, source, error, 422)


def _target(request: AgentRequest, number: int) -> Ticket:
    """The other ticket; one that was merged stands at its end, which the reader must see as well."""
    rows = Ticket.objects.select_related("requester", "organization")
    rows.get_visible(number, request.actor)
    return rows.get_visible(end_of(number), request.actor)


def _choose(request: AgentRequest, source: Ticket, error: str = "", status: int = 200) -> HttpResponse:
    query = request.GET.get("q", "") or (request.GET.get("number", "") if error else "")
    context = {"ticket": source, "query": query, "error": error}
    context["found"] = found_tickets(request, source, "" if error else query, to_merge=True)
    template = "tickets/merge/_found.html" if is_fragment(request) and not error else "tickets/merge/choose.html"
    return render(request, template, context, status=status)


def _preview(
    request: AgentRequest, source: Ticket, plan: MergePlan, error: str = "", status: int = 200
) -> HttpResponse:
    posted = request.POST.getlist("copied") if request.method == "POST" else None
    chosen = {str(pk) for pk in plan.expected} if posted is None else set(posted)
    context = {
        "ticket": source,
        "plan": plan,
        "people": [(person, str(person.customer.pk) in chosen) for person in plan.people],
        "moved": _what_moves(plan),
        "gesture": uuid4().hex,
        "error": error,
    }
    return render(request, "tickets/merge/preview.html", context, status=status)


def _what_moves(plan: MergePlan) -> list[str]:
    """The counts that are not nothing, in words."""
    counted = (
        (plan.public, ngettext("%(n)d message", "%(n)d messages", plan.public)),
        (plan.notes, ngettext("%(n)d internal note", "%(n)d internal notes", plan.notes)),
        (plan.attachments, ngettext("%(n)d file", "%(n)d files", plan.attachments)),
        (plan.minutes, ngettext("%(n)d minute of time spent", "%(n)d minutes of time spent", plan.minutes)),
    )
    return [words % {"n": n} for n, words in counted if n]


def _do(request: AgentRequest, source: Ticket) -> HttpResponse:
    form = MergeForm(request.POST)
    data = form.checked()
    chosen = [key for text in request.POST.getlist("copied")[:200] if (key := number_in(text)) is not None]
    target = _target(request, data["number"])
    try:
        done = merge_tickets(
            source.pk,
            target.pk,
            by=request.actor,
            via="web",
            copied=chosen,
            confirmed=data["confirmed"],
            gesture=data["gesture"] or None,
        )
    except HelpdeskError as refusal:
        if refusal.status in (403, 404):
            raise
        if refusal.code == "merged" and end_of(source.pk) == end_of(target.pk):
            return _merged(request, source.pk, end_of(target.pk))  # a second press, or a colleague was quicker
        try:
            plan = plan_merge(source, target)
        except HelpdeskError:
            return _choose(request, source, str(refusal), 422)
        return _preview(request, source, plan, str(refusal), 422)
    return _merged(request, source.pk, done.target_id)


def _merged(request: AgentRequest, source_id: int, target_id: int) -> HttpResponse:
    words = _("#%(number)s was merged into this ticket. It can be undone beside the conversation.")
    said = Said(words % {"number": source_id})
    return answer(request, "", {}, to=reverse("tickets:detail", args=[target_id]), said=said)


@require_POST
@signed_in
def unmerge(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Take back the merge of this ticket."""
    undone = undo_merge(ticket_id, by=request.actor, via="web", gesture=request.POST.get("gesture", "")[:64] or None)
    to = reverse("tickets:detail", args=[ticket_id])
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return answer(request, "", {}, to=to, said=Said(_undone(undone)))


def _undone(undone: Undone) -> str:
    words = [_("The merge was undone.")]
    if undone.stayed:
        stay = ngettext(
            "%(n)d message that was written since stays on #%(number)s.",
            "%(n)d messages that were written since stay on #%(number)s.",
            undone.stayed,
        )
        words.append(stay % {"n": undone.stayed, "number": undone.merge.target_id})
    if undone.elsewhere:
        apart = ngettext(
            "%(n)d message had been split off and stays where it is.",
            "%(n)d messages had been split off and stay where they are.",
            undone.elsewhere,
        )
        words.append(apart % {"n": undone.elsewhere})
    return " ".join(words)


def to_end(request: AgentRequest, ticket: Ticket) -> HttpResponse | None:
    """From a merged ticket to the one in which it stands, with a word of why; None when the reader may not see that."""
    end = end_of(ticket.pk)
    if not Ticket.objects.is_visible(end, request.actor):
        return None
    messages.info(request, _("#%(number)s was merged into this ticket.") % {"number": ticket.pk})
    return redirect("tickets:detail", end)
