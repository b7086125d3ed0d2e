"""From an address to a person: found or made once, however many mails arrive at the same moment."""

from __future__ import annotations

from contextlib import suppress

from django.db import IntegrityError, transaction

from customers.free_mail import FREE_MAIL_DOMAINS
from customers.models import Address, Customer, OrganizationDomain
from helpdesk.lib.text import one_line


def normalise_email(value: str) -> str:
    """The form in which a mail address is compared: trimmed, lower case, domain in its ASCII (IDNA) form."""
    local, _at, domain = value.strip().lower().rpartition("@")
    with suppress(UnicodeError):  # A domain that cannot be encoded is compared as it stands.
        domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


def find_by_email(email: str) -> Customer | None:
    """The person who owns the address now, following merges; None when it is nobody's."""
    address = (
        Address.objects.filter(kind=Address.Kind.EMAIL, normalised=normalise_email(email))
        .select_related("customer__merged_into")
        .first()
    )
    if address is None:
        return None
    return address.customer.merged_into or address.customer


def customer_for_email(email: str, name: str = "", language: str = "") -> Customer:
    """Find or make the person who owns a mail address. Race-proof: the address constraint decides who makes it.

    `name` only fills an empty name; what a mail says never overwrites what is known.
    """
    found = find_by_email(email)
    if found is None:
        found = _make(email, name, language)
    if name and not found.name:
        Customer.objects.filter(pk=found.pk, name="").update(name=one_line(name)[:160])
        found.name = one_line(name)[:160]
    return found


def _make(email: str, name: str, language: str) -> Customer:
    normalised = normalise_email(email)
    try:
        with transaction.atomic():
            customer = Customer.objects.create(
                name=one_line(name)[:160], language=language, organization_id=organization_id_for(normalised)
            )
            Address.objects.create(
                customer=customer,
                kind=Address.Kind.EMAIL,
                value=email.strip()[:254],
                normalised=normalised[:254],
                is_primary=True,
            )
    except IntegrityError:
        winner = find_by_email(email)
        if winner is None:
            raise
        return winner
    return customer


def organization_id_for(normalised_email: str) -> int | None:
    """The organisation whose domain (or a parent of it) the address has; free-mail domains belong to nobody."""
    labels = normalised_email.rpartition("@")[2].split(".")
    candidates = [".".join(labels[i:]) for i in range(len(labels) - 1)]
    candidates = [domain for domain in candidates if domain not in FREE_MAIL_DOMAINS]
    rows = dict(OrganizationDomain.objects.filter(domain__in=candidates).values_list("domain", "organization_id"))
    return next((rows[domain] for domain in candidates if domain in rows), None)
