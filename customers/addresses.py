"""The addresses of a person: added, removed, made primary; one address belongs to one person, always."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents.permissions import Permission
from customers.folding import fold
from customers.locking import lock_customer
from customers.matching import follow, normalise_email, normalise_phone
from customers.models import Address, Customer, CustomerChange
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.text import one_line

if TYPE_CHECKING:
    from agents.actors import Actor

MOST_ADDRESSES = 50
_PHONE = re.compile(r"[+＋]?[\d\s().\-/]{3,40}")


def read_address(kind: str, value: str) -> tuple[str, str]:
    """(as shown, as compared) of what somebody typed. Raises HelpdeskError("bad_address") naming the kind's field."""
    value = one_line(value)
    if kind == Address.Kind.EMAIL:
        normalised = normalise_email(value)
        try:
            validate_email(normalised)
        except ValidationError:
            raise HelpdeskError(
                "bad_address", _("This is not a mail address: %(value)s") % {"value": value}, field="email"
            ) from None
    elif kind == Address.Kind.PHONE and _PHONE.fullmatch(value) and len(normalise_phone(value)) >= 3:
        normalised = normalise_phone(value)
    else:
        raise HelpdeskError(
            "bad_address", _("This is not a telephone number: %(value)s") % {"value": value}, field="phone"
        )
    if len(value) > 254 or len(normalised) > 254:
        raise HelpdeskError("bad_address", _("An address has at most 254 characters."), field=kind)
    return value, normalised


def place_address(customer: Customer, kind: str, value: str) -> Address:
    """Hang an address on a locked or new person; the first of its kind is primary. The constraint decides races."""
    shown, normalised = read_address(kind, value)
    try:
        with transaction.atomic():
            return Address.objects.create(
                customer=customer,
                kind=kind,
                value=shown,
                normalised=normalised,
                is_primary=not customer.addresses.filter(kind=kind).exists(),
            )
    except IntegrityError:
        taken = Address.objects.filter(kind=kind, normalised=normalised).select_related("customer__merged_into").first()
        if taken is None:
            raise
        owner = follow(taken.customer)
        if owner.pk == customer.pk:
            message = _("%(name)s has this address already.") % {"name": owner.display_name}
        else:
            message = _("%(address)s belongs to %(name)s (no. %(number)d). Merge the two if they are one person.") % {
                "address": shown,
                "name": owner.display_name,
                "number": owner.pk,
            }
        raise HelpdeskError("address_taken", message, field=str(kind)) from None


@transaction.atomic
def add_address(pk: int, by: Actor, kind: str, value: str) -> Address:
    """Add an address to a person. Raises HelpdeskError("address_taken") naming the owner when somebody has it."""
    customer = _locked(pk, by)
    if customer.addresses.count() >= MOST_ADDRESSES:
        raise HelpdeskError("too_many_addresses", _("A person has at most 50 addresses."), field=kind)
    address = place_address(customer, kind, value)
    CustomerChange.record(customer, "address_added", by, {"address": address.value, "kind": str(kind)})
    _sort_nameless(customer)
    return address


@transaction.atomic
def remove_address(pk: int, address_id: int, by: Actor) -> Address:
    """Take an address away; the oldest of its kind becomes primary. The last one stays, or nobody could be reached."""
    customer = _locked(pk, by)
    address = _of(customer, address_id)
    if customer.addresses.count() == 1:
        raise HelpdeskError("last_address", _("This is the only address of this person. Add another one first."))
    address.delete()
    if address.is_primary:
        following = customer.addresses.filter(kind=address.kind).order_by("pk").first()
        if following:
            Address.objects.filter(pk=following.pk).update(is_primary=True)
    CustomerChange.record(customer, "address_removed", by, {"address": address.value, "kind": address.kind})
    _sort_nameless(customer)
    return address


@transaction.atomic
def make_primary(pk: int, address_id: int, by: Actor) -> Address:
    """Write to this address from now on. What made it fail before is forgotten with it: somebody vouches for it."""
    customer = _locked(pk, by)
    address = _of(customer, address_id)
    if address.is_primary and address.bounced_at is None:
        return address
    customer.addresses.filter(kind=address.kind, is_primary=True).update(is_primary=False)
    address.is_primary, address.bounced_at, address.bounce_reason = True, None, ""
    address.save(update_fields=["is_primary", "bounced_at", "bounce_reason"])
    CustomerChange.record(customer, "address_made_primary", by, {"address": address.value, "kind": address.kind})
    _sort_nameless(customer)
    return address


def _locked(pk: int, by: Actor) -> Customer:
    by.require(Permission.EDIT_CUSTOMERS)
    return lock_customer(pk)


def _of(customer: Customer, address_id: int) -> Address:
    address = customer.addresses.filter(pk=address_id).first()
    if address is None:
        raise NotVisible("not_found", _("There is no such address."))
    return address


def _sort_nameless(customer: Customer) -> None:
    """A person without a name stands in lists under the mail address."""
    if not customer.name:
        key = fold(customer.email)
        Customer.objects.filter(pk=customer.pk, name="").update(sort_name=key, sort_family=key)
