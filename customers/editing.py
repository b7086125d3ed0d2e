"""What may be written about a person: by whom, under a lock, and noted as what changed from what to what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents.permissions import Permission
from customers.addresses import place_address
from customers.folding import fold
from customers.locking import lock_customer
from customers.matching import organization_id_for
from customers.models import Address, Customer, CustomerChange, Organization
from helpdesk.lib.errors import HelpdeskError, Stale
from helpdesk.lib.text import clean, one_line

if TYPE_CHECKING:
    from agents.actors import Actor

EDITABLE = ("name", "organization", "external_id", "language", "time_zone")


@transaction.atomic
def new_customer(by: Actor, *, email: str = "", phone: str = "", **known: Any) -> Customer:
    """Add a person with at least one address. An address that somebody has is refused with the owner named.

    Without a stated organisation the mail domain decides. Raises Denied or HelpdeskError; then nothing was added.
    """
    by.require(Permission.EDIT_CUSTOMERS)
    if not email and not phone:
        raise HelpdeskError("no_address", _("Give a mail address or a telephone number."), field="email")
    customer = Customer(sort_name=fold(email or phone), sort_family=fold(email or phone))
    _assign(customer, known)
    _save(customer)
    for kind, value in ((Address.Kind.EMAIL, email), (Address.Kind.PHONE, phone)):
        if value:
            address = place_address(customer, kind, value)
            if kind == Address.Kind.EMAIL and customer.organization_id is None:
                customer.organization_id = organization_id_for(address.normalised)
                customer.save(update_fields=["organization"])
    CustomerChange.record(customer, "created", by, {"address": email or phone})
    return customer


@transaction.atomic
def edit_customer(pk: int, by: Actor, changes: dict[str, Any]) -> Customer:
    """Write what the form changed (keys of EDITABLE) and leave the rest as it is now."""
    by.require(Permission.EDIT_CUSTOMERS)
    customer = lock_customer(pk)
    before = _known(customer)
    _assign(customer, changes)
    if not customer.name:
        customer.sort_name = customer.sort_family = fold(customer.email)
    _save(customer)
    after = _known(customer)
    if data := {key: {"from": before[key], "to": after[key]} for key in EDITABLE if before[key] != after[key]}:
        CustomerChange.record(customer, "edited", by, data)
    return customer


@transaction.atomic
def write_notes(about: Customer | Organization, by: Actor, notes: str, basis: str) -> Customer | Organization:
    """Replace the notes. `basis` is what the writer read: Stale when somebody wrote in between, and nothing is lost."""
    by.require(Permission.EDIT_CUSTOMERS)
    row: Customer | Organization
    if isinstance(about, Customer):
        row = lock_customer(about.pk)
    else:
        row = Organization.objects.select_for_update(no_key=True).get(pk=about.pk)
    notes = clean(notes).strip()
    if len(notes) > 20_000:
        raise HelpdeskError("too_long", _("Notes have at most 20,000 characters."), field="notes")
    if row.notes == notes:
        return row
    if row.notes != clean(basis).strip():
        raise Stale("stale", _("Somebody changed these notes while you were writing. What you wrote is kept below."))
    before, row.notes = row.notes, notes
    row.save(update_fields=["notes"])
    CustomerChange.record(row, "notes_written", by, {"from": before, "to": notes})
    return row


def _assign(customer: Customer, known: dict[str, Any]) -> None:
    if unknown := known.keys() - set(EDITABLE):
        raise HelpdeskError("unknown_field", _("There is no field %(name)s.") % {"name": sorted(unknown)[0]})
    for key, value in known.items():
        if isinstance(value, str):
            value = one_line(value)
        setattr(customer, key, (value or None) if key == "external_id" else value)


def _save(customer: Customer) -> None:
    try:
        with transaction.atomic():
            customer.save()
    except IntegrityError:
        raise taken_external_id(Customer.objects.filter(external_id=customer.external_id).first()) from None


def taken_external_id(owner: Customer | Organization | None) -> HelpdeskError:
    who = getattr(owner, "display_name", None) or str(owner or _("somebody else"))
    return HelpdeskError("external_id_taken", _("%(owner)s has this id already.") % {"owner": who}, field="external_id")


def _known(customer: Customer) -> dict[str, Any]:
    known: dict[str, Any] = {key: getattr(customer, key) or "" for key in EDITABLE if key != "organization"}
    organization = customer.organization
    known["organization"] = {"id": organization.pk, "name": organization.name} if organization else None
    return known
