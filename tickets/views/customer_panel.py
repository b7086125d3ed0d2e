"""The tickets of a person or an organisation, for pages of apps below this one; also a page of its own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from customers.matching import follow
from customers.models import Customer, Organization
from helpdesk.lib.http import is_fragment, with_refusals
from helpdesk.lib.keyset import paginate
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

ROWS = 25
IN_PANEL = 10
COUNT_UP_TO = 500


@require_safe
@signed_in
@with_refusals
def of_customer(request: AgentRequest, customer_id: int) -> HttpResponse:
    """Also those that still name a row which was merged into this person. `?count` answers only how many."""
    request.actor.require(Permission.READ)
    customer = get_object_or_404(Customer.objects.select_related("merged_into"), pk=customer_id)
    rows = [customer.pk, *customer.merged_from.values_list("pk", flat=True)]
    about = follow(customer)
    back = reverse("customers:detail", args=[about.pk])
    return _tickets(request, Ticket.objects.of_customers(rows), about.display_name, back)


@require_safe
@signed_in
@with_refusals
def of_organization(request: AgentRequest, organization_id: int) -> HttpResponse:
    request.actor.require(Permission.READ)
    organization = get_object_or_404(Organization, pk=organization_id)
    back = reverse("customers:organization", args=[organization_id])
    return _tickets(request, Ticket.objects.of_organization(organization_id), organization.name, back)


def _tickets(request: AgentRequest, tickets: TicketQuerySet, name: str, back: str) -> HttpResponse:
    """Newest activity first, and only what the reader may see: a panel for htmx, a page with all of them otherwise."""
    visible = tickets.visible_to(request.actor)
    if "count" in request.GET:
        return render(request, "tickets/customer_panel/_count.html", {"count": visible.count_up_to(COUNT_UP_TO)})
    older, newer = request.GET.get("older"), request.GET.get("newer")
    limit = IN_PANEL if is_fragment(request) else ROWS
    page = paginate(visible.for_list(), by="activity_at", limit=limit, older=older, newer=newer)
    context: dict[str, Any] = {"tickets": page.rows, "name": name, "back": back, "here": request.path}
    context |= {"older": page.older and f"?older={page.older}", "newer": page.newer and f"?newer={page.newer}"}
    template = "tickets/customer_panel/_panel.html" if is_fragment(request) else "tickets/customer_panel/page.html"
    return render(request, template, context)
