"""Organisations: the list, the page of one, its domains, and the people whom a domain brings in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from customers import organizing, wording
from customers.forms import DomainForm, NotesForm, OrganizationForm
from customers.models import Customer, Organization
from customers.views.people import HISTORY, OFFERED, ROWS, beside, edit_notes, get_or_post, posted
from helpdesk.lib.alphabet import leaf
from helpdesk.lib.forms import refuse_unknown
from helpdesk.lib.http import Said, answer, is_fragment, with_refusals


@require_safe
@signed_in
@with_refusals
def organizations(request: AgentRequest) -> HttpResponse:
    """In the order of names; `?q=` shows those whose name so begins."""
    request.actor.require(Permission.READ)
    query = request.GET.get("q", "").strip()[:200]
    rows = Organization.objects.for_list()
    rows = rows.beginning_with(query) if query else rows
    page = leaf(rows, by="sort_name", limit=ROWS, after=request.GET.get("after"), before=request.GET.get("before"))
    context = {
        "organizations": page.rows,
        "query": query,
        "may_edit": request.actor.can(Permission.EDIT_CUSTOMERS),
        **beside(request.GET, page.before, page.after),
    }
    template = "customers/_organizations.html" if is_fragment(request) else "customers/organizations.html"
    return render(request, template, context)


@require_safe
@signed_in
@with_refusals
def lookup(request: AgentRequest) -> HttpResponse:
    """Options for the field that names an organisation, while one types."""
    request.actor.require(Permission.EDIT_CUSTOMERS)
    typed = request.GET.get("organization", "").strip()[:200]
    found = list(Organization.objects.beginning_with(typed)[:OFFERED]) if typed else []
    return render(request, "customers/_organization_options.html", {"options": wording.apart(found)})


@require_safe
@signed_in
@with_refusals
def organization(request: AgentRequest, organization_id: int) -> HttpResponse:
    request.actor.require(Permission.READ)
    return render(request, "customers/organization.html", _page(request, _get(organization_id)))


def _get(organization_id: int) -> Organization:
    return get_object_or_404(Organization.objects.for_list(), pk=organization_id)


def _page(request: AgentRequest, organization: Organization) -> dict[str, Any]:
    people = Customer.objects.for_list().in_organization(organization.pk)
    page = leaf(people, by="sort_name", limit=ROWS, after=request.GET.get("after"), before=request.GET.get("before"))
    return {
        "organization": organization,
        "customers": page.rows,
        **beside(request.GET, page.before, page.after),
        "history": wording.told(organization.changes.newest(HISTORY)),
        "notes_form": NotesForm(initial={"notes": organization.notes, "basis": organization.notes}),
        **_domains(request, organization, DomainForm()),
    }


def _domains(request: AgentRequest, organization: Organization, form: DomainForm) -> dict[str, Any]:
    may_edit = request.actor.can(Permission.EDIT_CUSTOMERS)
    waiting = organizing.claimable(organization) if may_edit else 0
    return {"organization": organization, "domain_form": form, "may_edit": may_edit, "claimable": waiting}


@get_or_post
@signed_in
@with_refusals
def new(request: AgentRequest) -> HttpResponse:
    request.actor.require(Permission.EDIT_CUSTOMERS)
    form = OrganizationForm(posted(request))
    if made := form.attempt(lambda: organizing.new_organization(request.actor, **form.cleaned_data)):
        return _to(request, made, _("%(name)s was added.") % {"name": made.name})
    return _form(request, form, title=_("New organisation"), back=reverse("customers:organizations"), submit=_("Add"))


@get_or_post
@signed_in
@with_refusals
def edit(request: AgentRequest, organization_id: int) -> HttpResponse:
    request.actor.require(Permission.EDIT_CUSTOMERS)
    row = _get(organization_id)
    form = OrganizationForm(posted(request), initial=OrganizationForm.showing(row))
    if saved := form.attempt(lambda: organizing.edit_organization(organization_id, request.actor, form.changes())):
        return _to(request, saved, _("Saved."))
    back = reverse("customers:organization", args=[organization_id])
    return _form(request, form, title=row.name, back=back, submit=_("Save"))


@get_or_post
@signed_in
@with_refusals
def notes(request: AgentRequest, organization_id: int) -> HttpResponse:
    request.actor.require(Permission.EDIT_CUSTOMERS)
    action = reverse("customers:organization_notes", args=[organization_id])
    back = reverse("customers:organization", args=[organization_id])
    return edit_notes(request, _get(organization_id), action=action, back=back)


@get_or_post
@signed_in
@with_refusals
def domains(request: AgentRequest, organization_id: int) -> HttpResponse:
    """Add one. Free-mail domains and domains of others are refused with the reason."""
    request.actor.require(Permission.EDIT_CUSTOMERS)
    row, form = _get(organization_id), DomainForm(posted(request))
    added = form.attempt(lambda: organizing.add_domain(organization_id, request.actor, form.cleaned_data["domain"]))
    if added:
        return _fresh(request, organization_id, _("%(domain)s was added.") % {"domain": added.domain})
    template = "customers/_domains.html" if is_fragment(request) else "customers/domains.html"
    return render(request, template, _domains(request, row, form), status=422 if form.is_bound else 200)


@require_POST
@signed_in
@with_refusals
def domain_removal(request: AgentRequest, organization_id: int, domain_id: int) -> HttpResponse:
    request.actor.require(Permission.EDIT_CUSTOMERS)
    refuse_unknown(request.POST)
    domain = organizing.remove_domain(organization_id, domain_id, request.actor)
    return _fresh(request, organization_id, _("%(domain)s was removed; its people stay.") % {"domain": domain})


@require_POST
@signed_in
@with_refusals
def claim(request: AgentRequest, organization_id: int) -> HttpResponse:
    """Take in the people of the domains who have no organisation."""
    request.actor.require(Permission.EDIT_CUSTOMERS)
    refuse_unknown(request.POST)
    count = organizing.claim_people(organization_id, request.actor)
    said = ngettext("%(count)d person was added.", "%(count)d people were added.", count) % {"count": count}
    to = reverse("customers:organization", args=[organization_id])
    answered = answer(request, "", {}, to=to, said=Said(said))
    if is_fragment(request):
        answered["HX-Refresh"] = "true"
    return answered


def _fresh(request: AgentRequest, organization_id: int, said: str) -> HttpResponse:
    to = reverse("customers:organization", args=[organization_id])
    context = _domains(request, _get(organization_id), DomainForm()) if is_fragment(request) else {}
    return answer(request, "customers/_domains.html", context, to=to, said=Said(said))


def _to(request: AgentRequest, organization: Organization, said: str) -> HttpResponse:
    to = reverse("customers:organization", args=[organization.pk])
    return answer(request, "", {}, to=to, said=Said(said))


def _form(request: AgentRequest, form: OrganizationForm, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context |= {"form": form, "of_organization": True, "tiers": Organization.objects.tiers()}
    return render(request, "customers/form.html", context, status=status)
