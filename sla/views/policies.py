"""Settings for policies: the ordered list, a policy with its targets and ladder, and what it said before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import is_fragment, number_in
from sla import policies
from sla.models import SlaPolicy, SlaRevision
from sla.policy_counts import open_tickets
from sla.policy_forms import PolicyForm, altered, showing
from sla.policy_forms import counts as counted
from sla.policy_words import between, rows

MOST_VERSIONS = 50
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Permission.MANAGE_SLA)
def policy_list(request: AgentRequest) -> HttpResponse:
    """In the order in which they are tried; in a new one while one is proposed."""
    return render(request, "sla/policies/list.html", _listed(request))


def _listed(request: AgentRequest) -> dict[str, Any]:
    found = list(SlaPolicy.objects.all_in_order())
    draft = SlaRevision.objects.newest_order_of(request.user.pk)
    if draft:
        place = {pk: number for number, pk in enumerate(draft.proposal["order"])}
        found.sort(key=lambda policy: place.get(policy.pk, len(place)))
    running = SlaRevision.objects.running().select_related("policy", "calendar")[:5]
    return {"rows": rows(found), "draft": draft, "running": list(running)}


@require_safe
@needs(Permission.MANAGE_SLA)
def counts(request: AgentRequest) -> HttpResponse:
    """How many open tickets stand under each policy now: asked for when the list is there, as it counts them all."""
    policies_known = SlaPolicy.objects.all_in_order().values_list("pk", "name")
    found = open_tickets()
    if is_fragment(request):
        return render(
            request, "sla/policies/_counts.html", {"counts": [(pk, found.get(pk, 0)) for pk, _name in policies_known]}
        )
    return render(
        request, "sla/policies/counts.html", {"named": [(name, found.get(pk, 0)) for pk, name in policies_known]}
    )


@require_POST
@needs(Permission.MANAGE_SLA)
def order(request: AgentRequest) -> HttpResponse:
    """Move `policy` one place by `step`; it holds once it is put in force."""
    draft = SlaRevision.objects.newest_order_of(request.user.pk)
    present = list(SlaPolicy.objects.all_in_order().values_list("pk", flat=True))
    wanted = [pk for pk in (draft.proposal["order"] if draft else []) if pk in present]
    wanted += [pk for pk in present if pk not in wanted]
    moved = number_in(request.POST.get("policy"))
    if moved not in wanted or request.POST.get("step") not in ("-1", "1"):
        raise Http404
    here = wanted.index(moved)
    there = min(max(here + int(request.POST["step"]), 0), len(wanted) - 1)
    wanted.insert(there, wanted.pop(here))
    if draft:
        policies.drop(draft.pk, request.actor)
    policies.propose_order(request.actor, wanted)
    if is_fragment(request):
        return render(request, "sla/policies/_list.html", _listed(request))
    return redirect("policies:list")


@get_or_post
@needs(Permission.MANAGE_SLA)
def new(request: AgentRequest) -> HttpResponse:
    return _form(request, None)


@get_or_post
@needs(Permission.MANAGE_SLA)
def edit(request: AgentRequest, policy_id: int) -> HttpResponse:
    """`?change=` shows what was proposed and not put in force."""
    return _form(request, get_object_or_404(SlaPolicy, pk=policy_id))


def _form(request: AgentRequest, policy: SlaPolicy | None) -> HttpResponse:
    if request.method == "POST":
        form = _typed(request, policy)
        if not form.is_bound:
            return _drawn(request, policy, form)
        made = form.attempt(
            lambda: (policies.propose_policy(request.actor, form.proposal(), policy.pk if policy else None),)
        )
        if made is None:
            return _drawn(request, policy, form, status=422)
        if made[0] is None:
            messages.success(request, _("The policy is saved."))
            return redirect("policies:list")
        return redirect("policies:change", made[0].pk)
    proposal = _proposed(request, policy)
    if proposal is None:
        proposal = policies.proposal_of(policy) if policy else policies.fresh_proposal()
    return _drawn(request, policy, _showing(showing(proposal), policy))


def _proposed(request: AgentRequest, policy: SlaPolicy | None) -> dict[str, Any] | None:
    key = number_in(request.GET.get("change"))
    found = SlaRevision.objects.of_policy(policy).filter(pk=key).first() if key else None
    return found.proposal if found else None


def _typed(request: AgentRequest, policy: SlaPolicy | None) -> PolicyForm:
    """What was sent, to be checked; or, after a button that adds or takes away a row, shown again as it was typed."""
    given = request.POST
    if do := given.get("do", "")[:20]:
        return _showing(altered(given, do), policy)
    lines, steps = counted(given)
    return PolicyForm(given, lines=lines, steps=steps, kept_calendar=_calendar(policy))


def _showing(shown: dict[str, Any], policy: SlaPolicy | None) -> PolicyForm:
    return PolicyForm(initial=shown, lines=shown["lines"], steps=shown["steps"], kept_calendar=_calendar(policy))


def _calendar(policy: SlaPolicy | None) -> int | None:
    """The calendar that it has is offered also when it is archived."""
    return policies.newest(policy).calendar_id if policy else None


def _drawn(request: AgentRequest, policy: SlaPolicy | None, form: PolicyForm, status: int = 200) -> HttpResponse:
    context = {"policy": policy, "form": form}
    return render(request, "sla/policies/edit.html", context, status=status)


@require_POST
@needs(Permission.MANAGE_SLA)
def use(request: AgentRequest, policy_id: int) -> HttpResponse:
    """Into use (`active=1`) or out of it, by way of the page that says what this would alter."""
    policy = get_object_or_404(SlaPolicy, pk=policy_id)
    wanted = policies.proposal_of(policy) | {"active": request.POST.get("active") == "1"}
    revision = policies.propose_policy(request.actor, wanted, policy.pk)
    return redirect("policies:change", revision.pk) if revision else redirect("policies:list")


@require_safe
@needs(Permission.MANAGE_SLA)
def versions(request: AgentRequest, policy_id: int) -> HttpResponse:
    """Who altered what, and when; the newest first."""
    policy = get_object_or_404(SlaPolicy, pk=policy_id)
    found = list(policy.versions.select_related("created_by").order_by("-number")[: MOST_VERSIONS + 1])
    pairs = zip(found, [*found[1:], None], strict=True)
    told = [(version, between(older, version) if older else []) for version, older in pairs]
    return render(request, "sla/policies/versions.html", {"policy": policy, "versions": told[:MOST_VERSIONS]})
