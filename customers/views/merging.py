"""Making one person of two: choose the other, see what would happen, confirm."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from customers import wording
from customers.forms import MergeForm
from customers.matching import follow
from customers.merging import get_customer, merge_customers, plan_merge
from customers.models import Customer
from customers.views.people import get_or_post, posted
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import is_fragment, number_in, with_refusals

OFFERED = 20


@get_or_post
@signed_in
@with_refusals
def merge(request: AgentRequest, customer_id: int) -> HttpResponse:
    """`?q=` searches for the other, `?with=` previews; POST with `confirmed` merges `loser` into this person."""
    request.actor.require(Permission.MERGE_CUSTOMERS)
    winner = get_customer(customer_id)
    if winner.merged_into_id:
        return redirect("customers:merge", customer_id=follow(winner).pk)
    if request.method == "POST":
        return _confirm(request, winner)
    other = number_in(request.GET.get("with"))
    if other:
        return _preview(request, winner, other, MergeForm(initial={"loser": other}))
    query = request.GET.get("q", "").strip()[:200]
    found = Customer.objects.for_list().beginning_with(query, OFFERED + 1) if query else []
    context = {"customer": winner, "query": query, "found": [row for row in found if row.pk != winner.pk][:OFFERED]}
    return render(request, "customers/_merge_found.html" if is_fragment(request) else "customers/merge.html", context)


def _confirm(request: AgentRequest, winner: Customer) -> HttpResponse:
    form = MergeForm(posted(request))
    if not form.is_valid():
        loser = number_in(request.POST.get("loser"))
        if not loser:
            raise HelpdeskError("no_other", _("Choose whom to merge first."), field="loser")
        return _preview(request, winner, loser, form, status=422)
    merge_customers(winner.pk, form.cleaned_data["loser"], request.actor)
    messages.success(request, _("Merged. Tickets follow within a minute."))
    return redirect("customers:detail", customer_id=winner.pk)


def _preview(
    request: AgentRequest, winner: Customer, loser_id: int, form: MergeForm, status: int = 200
) -> HttpResponse:
    loser = get_customer(loser_id)
    if loser.merged_into_id:
        raise HelpdeskError("merged", _("This person was merged into somebody else already."))
    plan = plan_merge(winner, loser)
    context = {"customer": winner, "loser": loser, "plan": plan, "fills": wording.fills(plan), "form": form}
    return render(request, "customers/merge_preview.html", context, status=status)
