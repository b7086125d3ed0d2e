"""The page of one edit: what it would alter, the two ways to put it in force, and how far the work on tickets is."""

from __future__ import annotations

import time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import Stale
from helpdesk.lib.http import is_fragment
from sla import policies
from sla.impact import Impact, weigh
from sla.models import SlaPolicy, SlaRevision
from sla.policy_words import differences
from sla.recompute import progress, wake
from tickets.models import Ticket

PATIENCE = 0.8
"""Seconds for which a request counts by itself; what takes longer is counted by workers."""
SHOWN = 50


@require_safe
@needs(Permission.MANAGE_SLA)
def change(request: AgentRequest, revision_id: int) -> HttpResponse:
    """For htmx only how far it is; the page asks once a second while it is counted or carried out."""
    rows = SlaRevision.objects.select_related("policy", "calendar", "created_by")
    revision = get_object_or_404(rows, pk=revision_id)
    if revision.state == SlaRevision.State.WEIGHING and not is_fragment(request):
        if not weigh(revision, time.monotonic() + PATIENCE):
            wake()
        revision = rows.get(pk=revision_id)
    template = "sla/policies/_change.html" if is_fragment(request) else "sla/policies/change.html"
    return render(request, template, _context(request, revision))


def _context(request: AgentRequest, revision: SlaRevision) -> dict[str, Any]:
    impact = Impact.of(revision)
    late = [ticket for ticket, _due in impact.late[:SHOWN]]
    visible = Ticket.objects.visible_to(request.actor).filter(pk__in=late).order_by("pk")
    names = dict(SlaPolicy.objects.values_list("pk", "name"))
    if revision.kind == SlaRevision.Kind.POLICY:
        names.setdefault(0, revision.proposal["name"])
    return {
        "revision": revision,
        "impact": impact,
        "late": visible.select_related("assignee"),
        "policies": [(names.get(pk, f"#{pk}"), before, after) for pk, (before, after) in impact.by_policy.items()],
        "differences": _differences(revision),
        "order": [names.get(pk, f"#{pk}") for pk in revision.proposal.get("order", [])],
        "progress": progress(revision) if revision.open_too and revision.laid_out else None,
    }


def _differences(revision: SlaRevision) -> list[Any]:
    """Of a policy that is still only proposed; afterwards its versions tell."""
    if revision.kind != SlaRevision.Kind.POLICY or not revision.is_draft or revision.policy is None:
        return []
    return differences(policies.proposal_of(revision.policy), revision.proposal)


@require_POST
@needs(Permission.MANAGE_SLA)
def force(request: AgentRequest, revision_id: int) -> HttpResponse:
    """`reach` says for whom: "new" tickets only, or "open" ones too."""
    get_object_or_404(SlaRevision, pk=revision_id)
    open_too = request.POST.get("reach") == "open"
    try:
        revision = policies.put_in_force(revision_id, request.actor, open_too=open_too)
    except Stale:
        policies.weigh_again(revision_id, request.actor)
        messages.error(request, _("Something else was changed meanwhile. These are the numbers as it is now."))
        return redirect("policies:change", revision_id)
    if revision.is_running:
        return redirect("policies:change", revision_id)
    messages.success(request, _("The change is in force."))
    return redirect(
        "policies:list" if revision.kind != SlaRevision.Kind.CALENDAR else "policies:change",
        *(() if revision.kind != SlaRevision.Kind.CALENDAR else (revision_id,)),
    )


@require_POST
@needs(Permission.MANAGE_SLA)
def drop(request: AgentRequest, revision_id: int) -> HttpResponse:
    get_object_or_404(SlaRevision, pk=revision_id)
    policies.drop(revision_id, request.actor)
    messages.success(request, _("Nothing was changed."))
    return redirect("policies:list")


@require_POST
@needs(Permission.MANAGE_SLA)
def recount(request: AgentRequest, revision_id: int) -> HttpResponse:
    get_object_or_404(SlaRevision, pk=revision_id)
    policies.weigh_again(revision_id, request.actor)
    return redirect("policies:change", revision_id)
