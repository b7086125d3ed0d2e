"""From what another system knows of a person (its own id, a mail address) to the person here: found or made once."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents.actors import Actor
from customers.folding import fold
from customers.matching import customer_for_email, follow
from customers.models import Customer, CustomerChange
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import one_line


def customer_known_as(external_id: str, email: str = "", name: str = "", language: str = "", *, by: Actor) -> Customer:
    """The person with this id in the other system; else the one with the mail address, who is given the id; else a new
    one. `name` only fills an empty name. What is known is never overwritten: raises HelpdeskError "external_id_taken"
    when the address belongs to somebody whom the other system knows by another id.
    """
    external_id = one_line(external_id)[:120]
    if not external_id:
        return customer_for_email(email, name, language, by=by)
    found = _of(external_id)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _given_the_id(external_id, email, name, language, by)
    except IntegrityError:  # somebody else was given it at this moment
        found = _of(external_id)
        if found is None:
            raise
        return found


def _given_the_id(external_id: str, email: str, name: str, language: str, by: Actor) -> Customer:
    if not email:
        name = one_line(name)[:160]
        customer = Customer.objects.create(
            name=name, sort_name=fold(name), sort_family=fold(name), external_id=external_id, language=language[:10]
        )
        CustomerChange.record(customer, "created", by, {"address": external_id})
        return customer
    customer = customer_for_email(email, name, language, by=by)
    if not Customer.objects.filter(pk=customer.pk, external_id=None).update(external_id=external_id):
        message = _("This address belongs to somebody with another id.")
        raise HelpdeskError("external_id_taken", message, field="customer.external_id")
    CustomerChange.record(customer, "edited", by, {"external_id": {"from": "", "to": external_id}})
    customer.external_id = external_id
    return customer


def _of(external_id: str) -> Customer | None:
    found = Customer.objects.filter(external_id=external_id).select_related("merged_into").first()
    return follow(found) if found else None
