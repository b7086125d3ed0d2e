"""The addresses of a person: added, made primary, taken away, each answered with the fresh list."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from customers.addresses import add_address, make_primary, remove_address
from customers.forms import AddressForm
from customers.merging import get_customer
from customers.views.people import get_or_post, posted
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.forms import refuse_unknown
from helpdesk.lib.http import Said, answer, is_fragment, with_refusals


@get_or_post
@signed_in
@with_refusals
def addresses(request: AgentRequest, customer_id: int) -> HttpResponse:
    """Add one. An address of somebody else is refused with the owner named; merging is the way then."""
    request.actor.require(Permission.EDIT_CUSTOMERS)
    customer, form = get_customer(customer_id), AddressForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            address = add_address(customer_id, request.actor, **form.cleaned_data)
        except HelpdeskError as error:
            error.field = "value" if error.field in ("email", "phone") else error.field
            form.refused(error)
        else:
            return _fresh(request, customer_id, _("%(address)s was added.") % {"address": address.value})
    status = 422 if form.is_bound else 200
    context = {"customer": customer, "address_form": form, "may_edit": True}
    template = "customers/_addresses.html" if is_fragment(request) else "customers/addresses.html"
    return render(request, template, context, status=status)


@require_POST
@signed_in
@with_refusals
def primary(request: AgentRequest, customer_id: int, address_id: int) -> HttpResponse:
    request.actor.require(Permission.EDIT_CUSTOMERS)
    refuse_unknown(request.POST)
    address = make_primary(customer_id, address_id, request.actor)
    return _fresh(request, customer_id, _("%(address)s is used from now on.") % {"address": address.value})


@require_POST
@signed_in
@with_refusals
def removal(request: AgentRequest, customer_id: int, address_id: int) -> HttpResponse:
    request.actor.require(Permission.EDIT_CUSTOMERS)
    refuse_unknown(request.POST)
    address = remove_address(customer_id, address_id, request.actor)
    return _fresh(request, customer_id, _("%(address)s was removed.") % {"address": address.value})


def _fresh(request: AgentRequest, customer_id: int, said: str) -> HttpResponse:
    context: dict[str, Any] = {"may_edit": True, "address_form": AddressForm()}
    if is_fragment(request):
        context["customer"] = get_customer(customer_id)
    to = reverse("customers:detail", args=[customer_id])
    return answer(request, "customers/_addresses.html", context, to=to, said=Said(said))
