"""From an address to a person: found or made once, however many mails arrive at the same moment."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress

from django.db import IntegrityError, transaction

from agents.actors import Actor
from customers.folding import fold, last_word_first
from customers.free_mail import FREE_MAIL_DOMAINS
from customers.models import Address, Customer, CustomerChange, OrganizationDomain
from helpdesk.lib.text import one_line

_LONGEST_CHAIN = 20


def normalise_email(value: str) -> str:
    """The form in which a mail address is compared: one line, lower case, domain in its ASCII (IDNA) form.

    What follows a plus stays: whether kim+shop@ and kim@ are one mailbox only the receiving host knows, and taking
    two strangers for one person would show each the other's tickets.
    """
    local, _at, domain = one_line(unicodedata.normalize("NFC", value)).lower().rpartition("@")
    return f"{local}@{normalise_domain(domain)}"


def normalise_domain(value: str) -> str:
    """Lower case ASCII (IDNA) without a dot at the end; what cannot be encoded is compared as it stands."""
    domain = one_line(value).lower().strip(".")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return domain


def normalise_phone(value: str) -> str:
    """Digits, with a plus before them for an international number (00 counts as one); "" when there is no digit.

    No country is guessed: "12 34 56 78" and "+45 12345678" stay two numbers, since a wrong guess joins two people.
    """
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", value))
    digits = "".join(str(int(digit)) for digit in digits)
    if not digits:
        return ""
    if value.strip().startswith(("+", "＋")):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") and len(digits) > 4 else digits


def find_by_email(email: str) -> Customer | None:
    """The person who owns the address now, following merges; None when it is nobody's."""
    found = Address.objects.filter(kind=Address.Kind.EMAIL, normalised=normalise_email(email)[:254])
    address = found.select_related("customer__merged_into", "customer__organization").first()
    return follow(address.customer) if address else None


def find_by_emails(emails: Iterable[str]) -> dict[str, Customer]:
    """By address as given: the people who own them now, in one query; who is nobody's is not in it."""
    normalised = {email: normalise_email(email)[:254] for email in emails}
    rows = Address.objects.filter(kind=Address.Kind.EMAIL, normalised__in=set(normalised.values()))
    owners = {row.normalised: row.customer for row in rows.select_related("customer__merged_into")}
    return {email: follow(owners[key]) for email, key in normalised.items() if key in owners}


def follow(customer: Customer) -> Customer:
    """The person who took over in the end; merges keep chains short, and a ring (which none can make) ends too."""
    for _step in range(_LONGEST_CHAIN):
        if customer.merged_into is None:
            break
        customer = customer.merged_into
    return customer


def customer_for_email(email: str, name: str = "", language: str = "", *, by: Actor | None = None) -> Customer:
    """Find or make the person who owns a mail address. Race-proof: the address constraint decides who makes it.

    `name` only fills an empty name; what a mail says never overwrites what is known. `by` is who is noted for it.
    """
    return found_or_made(email, name, language, by=by or Actor.system("matching"))[0]


def found_or_made(email: str, name: str = "", language: str = "", *, by: Actor) -> tuple[Customer, bool]:
    """As customer_for_email(), and whether this call made the person, who then belonged to nobody before."""
    found, made = find_by_email(email), False
    if found is None:
        found, made = _make(email, name, language, by)
    if name and not found.name:
        _fill_name(found, one_line(name)[:160], by)
    return found, made


def _fill_name(customer: Customer, name: str, by: Actor) -> None:
    with transaction.atomic():
        keys = {"sort_name": fold(name), "sort_family": last_word_first(fold(name))}
        if name and Customer.objects.filter(pk=customer.pk, name="").update(name=name, **keys):
            CustomerChange.record(customer, "edited", by, {"name": {"from": "", "to": name}})
    customer.name = name


def _make(email: str, name: str, language: str, by: Actor) -> tuple[Customer, bool]:
    normalised = normalise_email(email)[:254]
    name = one_line(name)[:160]
    try:
        with transaction.atomic():
            customer = Customer.objects.create(
                name=name,
                sort_name=fold(normalised),
                sort_family=fold(normalised),
                language=language[:10],
                organization_id=organization_id_for(normalised),
            )
            Address.objects.create(
                customer=customer,
                kind=Address.Kind.EMAIL,
                value=one_line(email)[:254],
                normalised=normalised,
                is_primary=True,
            )
            CustomerChange.record(customer, "created", by, {"address": normalised})
    except IntegrityError:
        winner = find_by_email(email)
        if winner is None:
            raise
        return winner, False
    return customer, True


def organization_id_for(normalised_email: str) -> int | None:
    """The organisation whose domain (or a parent of it) the address has; free-mail domains belong to nobody."""
    labels = normalised_email.rpartition("@")[2].split(".")
    candidates = [".".join(labels[i:]) for i in range(len(labels) - 1)]
    if not candidates or candidates[0] in FREE_MAIL_DOMAINS:
        return None
    candidates = [domain for domain in candidates if domain not in FREE_MAIL_DOMAINS]
    rows = dict(OrganizationDomain.objects.filter(domain__in=candidates).values_list("domain", "organization_id"))
    return next((rows[domain] for domain in candidates if domain in rows), None)
