"""From what another system knows of a person (its own id, a mail address) to the person here: found or made once."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents.actors import Actor
from customers.folding import fold
from customers.matching import customer_for_email, follow, found_or_made
from customers.models import Customer, CustomerChange
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import one_line


def customer_known_as(
    external_id: str, email: str = "", name: str = "", language: str = "", *, by: Actor, verified: bool = False
) -> Customer:
    """The person with this id in the other system; else the one with the mail address; else a new one.

    A new one is given the id. Somebody who was here is given it only if the other system has `verified` that the
    address is theirs: typed by anybody, it would hand over whatever is said under this id from then on. `name` only
    fills an empty name. What is known is never overwritten. Raises HelpdeskError: "external_id_taken" when the address
    belongs to somebody whom the other system knows by another id, "bad_external_id" when the id is not what it seems.
    """
    if email and not external_id:
        return customer_for_email(email, name, language, by=by)
    if not external_id or one_line(external_id)[:120] != external_id:
        # Dropping what nobody sees would make one person of two.
        message = _("This has characters that cannot be looked for.")
        raise HelpdeskError("bad_external_id", message, field="customer.external_id")
    found = _of(external_id)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _by_address(external_id, email, name, language, by, verified)
    except IntegrityError:  # somebody else was given it at this moment
        found = _of(external_id)
        if found is None:
            raise
        return found


def _by_address(external_id: str, email: str, name: str, language: str, by: Actor, verified: bool) -> Customer:
    if not email:
        name = one_line(name)[:160]
        customer = Customer.objects.create(
            name=name, sort_name=fold(name), sort_family=fold(name), external_id=external_id, language=language[:10]
        )
        CustomerChange.record(customer, "created", by, {"address": external_id})
        return customer
    customer, made = found_or_made(email, name, language, by=by)
    if not (made or verified or customer.external_id):
        return customer  # for these words, and no others
    if not Customer.objects.filter(pk=customer.pk, external_id=None).update(external_id=external_id):
        customer.refresh_from_db(fields=["external_id"])
        if customer.external_id == external_id:  # given at this moment, by another request
            return customer
        message = _("This address belongs to somebody with another id.")
        raise HelpdeskError("external_id_taken", message, field="customer.external_id")
    CustomerChange.record(customer, "edited", by, {"external_id": {"from": "", "to": external_id}})
    customer.external_id = external_id
    return customer


def _of(external_id: str) -> Customer | None:
    found = Customer.objects.filter(external_id=external_id).select_related("merged_into").first()
    return follow(found) if found else None
