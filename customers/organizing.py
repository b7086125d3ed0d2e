"""Organisations: made, edited, known by their mail domains, and the people whom a new domain brings in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents.permissions import Permission
from customers.editing import taken_external_id
from customers.free_mail import FREE_MAIL_DOMAINS
from customers.matching import normalise_domain
from customers.models import Customer, CustomerChange, Organization, OrganizationDomain
from customers.tiers import read_tier
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.text import one_line

if TYPE_CHECKING:
    from agents.actors import Actor

EDITABLE = ("name", "external_id", "language", "time_zone", "tier")
NULLABLE = ("external_id", "tier")
CLAIM_BATCH = 500
CLAIM_LIMIT = 5_000
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-)){1,10}")


@transaction.atomic
def new_organization(by: Actor, **known: Any) -> Organization:
    by.require(Permission.EDIT_CUSTOMERS)
    organization = Organization()
    _assign(organization, known)
    CustomerChange.record(organization, "created", by, {"name": organization.name})
    return organization


@transaction.atomic
def edit_organization(pk: int, by: Actor, changes: dict[str, Any]) -> Organization:
    """Write what the form changed (keys of EDITABLE) and leave the rest as it is now."""
    organization = _locked(pk, by)
    before = {key: getattr(organization, key) or "" for key in EDITABLE}
    _assign(organization, changes)
    after = {key: getattr(organization, key) or "" for key in EDITABLE}
    if data := {key: {"from": before[key], "to": after[key]} for key in EDITABLE if before[key] != after[key]}:
        CustomerChange.record(organization, "edited", by, data)
    return organization


@transaction.atomic
def add_domain(pk: int, by: Actor, domain: str) -> OrganizationDomain:
    """Know the organisation by a mail domain from now on; who is there already is taken in by claim_people().

    Raises HelpdeskError: bad_domain, free_mail (anybody can have an address there), domain_taken (owner named).
    """
    organization = _locked(pk, by)
    domain = normalise_domain(domain.strip().removeprefix("@"))
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise HelpdeskError("bad_domain", _("This is not a mail domain, such as example.com."), field="domain")
    if domain in FREE_MAIL_DOMAINS:
        message = _("Anybody can have an address at %(domain)s, so it says nothing about an organisation.")
        raise HelpdeskError("free_mail", message % {"domain": domain}, field="domain")
    try:
        with transaction.atomic():
            row = OrganizationDomain.objects.create(organization=organization, domain=domain)
    except IntegrityError:
        owner = OrganizationDomain.objects.select_related("organization").get(domain=domain).organization
        message = _("%(domain)s belongs to %(name)s already.") % {"domain": domain, "name": owner.name}
        raise HelpdeskError("domain_taken", message, field="domain") from None
    CustomerChange.record(organization, "domain_added", by, {"domain": domain})
    return row


@transaction.atomic
def remove_domain(pk: int, domain_id: int, by: Actor) -> str:
    """Forget a domain. People who came in by it stay: that they belong may be true for other reasons."""
    organization = _locked(pk, by)
    row = organization.domains.filter(pk=domain_id).first()
    if row is None:
        raise NotVisible("not_found", _("There is no such domain."))
    row.delete()
    CustomerChange.record(organization, "domain_removed", by, {"domain": row.domain})
    return row.domain


def claimable(organization: Organization, limit: int = CLAIM_LIMIT) -> int:
    """How many people of its domains have no organisation; counted up to `limit` + 1."""
    domains = [row.domain for row in organization.domains.all()]
    return Customer.objects.of_domains_without_organization(*domains).count_up_to(limit) if domains else 0


def claim_people(pk: int, by: Actor) -> int:
    """Take in people of the organisation's domains who have none; how many came.

    In batches, each its own transaction, each a conditional UPDATE: whom somebody else took meanwhile stays theirs.
    """
    taken = 0
    while taken < CLAIM_LIMIT:
        with transaction.atomic():
            came = _claim_batch(_locked(pk, by), by)
        if not came:
            break
        taken += came
    return taken


def _claim_batch(organization: Organization, by: Actor) -> int:
    for domain in organization.domains.order_by("pk").values_list("domain", flat=True):
        keys = list(
            Customer.objects.of_domains_without_organization(domain)
            .select_for_update(of=("self",), no_key=True, skip_locked=True)
            .order_by("pk")
            .values_list("pk", flat=True)[:CLAIM_BATCH]
        )
        came = Customer.objects.filter(pk__in=keys, organization=None).update(organization=organization)
        if came:
            CustomerChange.record(organization, "people_claimed", by, {"domain": domain, "count": came})
            return came
    return 0


def _locked(pk: int, by: Actor) -> Organization:
    by.require(Permission.EDIT_CUSTOMERS)
    organization = Organization.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if organization is None:
        raise NotVisible("not_found", _("There is no such organisation."))
    return organization


def _assign(organization: Organization, known: dict[str, Any]) -> None:
    if unknown := known.keys() - set(EDITABLE):
        raise HelpdeskError("unknown_field", _("There is no field %(name)s.") % {"name": sorted(unknown)[0]})
    for key, value in known.items():
        value = one_line(value or "")
        if key == "tier":
            value = read_tier(value)
        setattr(organization, key, (value or None) if key in NULLABLE else value)
    if not organization.name:
        raise HelpdeskError("no_name", _("An organisation needs a name."), field="name")
    try:
        with transaction.atomic():
            organization.save()
    except IntegrityError:
        owner = Organization.objects.filter(external_id=organization.external_id).first()
        raise taken_external_id(owner) from None
