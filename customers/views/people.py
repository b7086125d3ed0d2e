"""People: the list, the page of one, new ones, and what is edited about them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from customers import wording
from customers.editing import edit_customer, new_customer, write_notes
from customers.forms import AddressForm, CustomerForm, NewCustomerForm, NotesForm
from customers.matching import follow
from customers.merging import get_customer
from customers.models import Customer, Organization
from customers.querysets import SEARCH_LIMIT
from helpdesk.lib.alphabet import leaf
from helpdesk.lib.errors import Denied, HelpdeskError, Stale
from helpdesk.lib.http import Said, answer, is_fragment, number_in, with_refusals

ROWS = 25
OFFERED = 8
HISTORY = 20

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
@with_refusals
def people(request: AgentRequest) -> HttpResponse:
    """In the order of names; `?q=` shows whose name or address so begins, `?organization=` narrows to one."""
    request.actor.require(Permission.READ)
    query = request.GET.get("q", "").strip()[:200]
    chosen = number_in(request.GET.get("organization"))
    organization = Organization.objects.filter(pk=chosen).first() if chosen else None
    rows = Customer.objects.for_list()
    if organization:
        rows = rows.in_organization(organization.pk)
    context: dict[str, Any] = {
        "query": query,
        "organization": organization,
        "may_edit": request.actor.can(Permission.EDIT_CUSTOMERS),
    }
    if query:
        found = list(rows.beginning_with(query, SEARCH_LIMIT + 1, organization.pk if organization else None))
        context |= {"customers": found[:SEARCH_LIMIT], "more_found": len(found) > SEARCH_LIMIT}
    else:
        after, before = request.GET.get("after"), request.GET.get("before")
        page = leaf(rows, by="sort_name", limit=ROWS, after=after, before=before)
        context |= {"customers": page.rows, **beside(request.GET, page.before, page.after)}
    return render(request, "customers/_people.html" if is_fragment(request) else "customers/people.html", context)


def posted(request: AgentRequest) -> QueryDict | None:
    """What was sent, even when it is empty; None when the form is only to be shown."""
    return request.POST if request.method == "POST" else None


def beside(given: QueryDict, before: str | None, after: str | None) -> dict[str, str]:
    """The addresses of the leaves beside this one, with what narrows the list."""
    base = given.copy()
    for name in ("after", "before"):
        base.pop(name, None)
    addresses = {}
    for name, cursor in (("before", before), ("after", after)):
        if cursor:
            base[name] = cursor
            addresses[name] = f"?{base.urlencode()}"
            base.pop(name)
    return addresses


@require_safe
@signed_in
@with_refusals
def lookup(request: AgentRequest) -> JsonResponse:
    """At most eight people whose name or address begins with `?q=`, for fields that are completed while one types."""
    if not (request.actor.can(Permission.EDIT) or request.actor.can(Permission.REPLY)):
        raise Denied("denied", _("Your role does not allow this."))
    query = request.GET.get("q", "").strip()[:200]
    found = Customer.objects.for_list().beginning_with(query, OFFERED) if len(query) > 1 else []
    offered = [{"id": person.pk, "name": person.display_name, "email": person.email} for person in found]
    return JsonResponse({"customers": offered})


@require_safe
@signed_in
@with_refusals
def detail(request: AgentRequest, customer_id: int) -> HttpResponse:
    """Everything about one person; a signpost leads to who took over."""
    request.actor.require(Permission.READ)
    customer = get_customer(customer_id)
    if customer.merged_into_id:
        return redirect("customers:detail", customer_id=follow(customer).pk)
    return render(request, "customers/person.html", _card(request, customer))


def _card(request: AgentRequest, customer: Customer, **more: Any) -> dict[str, Any]:
    return {
        "customer": customer,
        "may_edit": request.actor.can(Permission.EDIT_CUSTOMERS),
        "may_merge": request.actor.can(Permission.MERGE_CUSTOMERS),
        "may_open": request.actor.can(Permission.OPEN),
        "panels": [reverse(name, args=[customer.pk]) for name in settings.CUSTOMER_PANELS],
        "history": wording.told(customer.changes.newest(HISTORY)),
        "address_form": AddressForm(),
        "notes_form": NotesForm(initial={"notes": customer.notes, "basis": customer.notes}),
        **more,
    }


@get_or_post
@signed_in
@with_refusals
def new(request: AgentRequest) -> HttpResponse:
    request.actor.require(Permission.EDIT_CUSTOMERS)
    form = NewCustomerForm(posted(request), initial={"email": request.GET.get("email", "")[:254]})
    if made := form.attempt(lambda: new_customer(request.actor, **form.cleaned_data)):
        return _to(request, made, _("%(name)s was added.") % {"name": made.display_name})
    return _form(request, form, title=_("New customer"), back=reverse("customers:list"), submit=_("Add"))


@get_or_post
@signed_in
@with_refusals
def edit(request: AgentRequest, customer_id: int) -> HttpResponse:
    request.actor.require(Permission.EDIT_CUSTOMERS)
    customer = get_customer(customer_id)
    form = CustomerForm(posted(request), initial=CustomerForm.showing(customer))
    if saved := form.attempt(lambda: edit_customer(customer_id, request.actor, form.changes())):
        return _to(request, saved, _("Saved."))
    back = reverse("customers:detail", args=[customer_id])
    return _form(request, form, title=customer.display_name, back=back, submit=_("Save"))


@get_or_post
@signed_in
@with_refusals
def notes(request: AgentRequest, customer_id: int) -> HttpResponse:
    """Written where they stand; a colleague's newer words are shown beside one's own, never overwritten unseen."""
    request.actor.require(Permission.EDIT_CUSTOMERS)
    customer = get_customer(customer_id)
    action, back = reverse("customers:notes", args=[customer_id]), reverse("customers:detail", args=[customer_id])
    return edit_notes(request, customer, action=action, back=back)


def edit_notes(request: AgentRequest, about: Customer | Organization, *, action: str, back: str) -> HttpResponse:
    """The notes of a person or an organisation: read, edited in place, or refused with what was written kept."""
    form = NotesForm(posted(request), initial={"notes": about.notes, "basis": about.notes})
    context = {"about": about, "form": form, "action": action, "back": back, "may_edit": True}
    if request.method != "POST":
        template = "customers/_notes_form.html" if is_fragment(request) else "customers/notes.html"
        return render(request, template, context)
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            context["about"] = write_notes(about, request.actor, given["notes"], given["basis"])
        except Stale as error:
            status = error.status
            kept = NotesForm({"notes": given["notes"], "basis": about.notes})
            context |= {"form": kept, "stale": str(error)}
        except HelpdeskError as error:
            form.refused(error)
        else:
            return answer(request, "customers/_notes.html", context, to=back, said=Said(_("Notes saved.")))
    template = "customers/_notes_form.html" if is_fragment(request) else "customers/notes.html"
    return render(request, template, context, status=status)


def _to(request: AgentRequest, customer: Customer, said: str) -> HttpResponse:
    to = reverse("customers:detail", args=[customer.pk])
    return answer(request, "", {}, to=to, said=Said(said))


def _form(request: AgentRequest, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "customers/form.html", {"form": form, **context}, status=status)
