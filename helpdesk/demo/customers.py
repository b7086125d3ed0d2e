"""The people who write to the invented company: in six languages, at work or at home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from customers.matching import normalise_email
from customers.models import Address, Customer, Organization
from helpdesk.demo.names import CALLED, FAMILIES, MEN, WOMEN, mail_name
from helpdesk.demo.organisations import ORGANISATIONS, OURS

SHARES = {"en": 26, "da": 24, "nb": 14, "pl": 16, "uk": 12, "de": 8}
ZONES = {
    "en": ("Europe/London", "Europe/London", "Europe/Dublin"),
    "da": ("Europe/Copenhagen", "Europe/Copenhagen", "Atlantic/Faroe"),
    "nb": ("Europe/Oslo",),
    "pl": ("Europe/Warsaw",),
    "uk": ("Europe/Kyiv", "Europe/Kyiv", "Europe/Warsaw"),
    "de": ("Europe/Berlin", "Europe/Zurich"),
}
FREE_MAIL = {
    "en": ("postbox.example", "letterly.example"),
    "da": ("hjemmepost.example", "postbox.example"),
    "nb": ("nettpost.example", "postbox.example"),
    "pl": ("skrzynka.example", "postbox.example"),
    "uk": ("skrynka.example", "postbox.example"),
    "de": ("briefkasten.example", "postbox.example"),
}


@dataclass(frozen=True)
class Caller:
    """A customer with what the stories need to know about them."""

    customer: Customer
    email: str
    language: str
    zone: ZoneInfo
    woman: bool
    first: str
    organisation: str
    busy: int

    @property
    def pk(self) -> int:
        return self.customer.pk

    @property
    def called(self) -> str:
        return CALLED.get(self.first, self.first)


def make_customers(rng: Random, count: int, organisations: list[Organization], since: datetime) -> list[Caller]:
    """`count` people with their addresses; about four in ten belong to an organisation. The last is one of ours."""
    drawn = [_draw(rng, organisations) for _n in range(count - 1)]
    drawn.append(("en", True, "Ruth Calloway", len(ORGANISATIONS)))
    made = Customer.objects.bulk_create(
        Customer(
            name=name,
            language=language,
            organization=organisations[place] if place is not None else None,
            time_zone=_zone(rng, language, place),
            created_at=since + timedelta(minutes=n),
            external_id=f"K{40_000 + n * 7}" if rng.random() < 0.6 else None,
        )
        for n, (language, _woman, name, place) in enumerate(drawn)
    )
    callers: list[Caller] = []
    taken: set[str] = set()
    for customer, (language, woman, name, place) in zip(made, drawn, strict=True):
        email = _email(rng, name, language, place, taken)
        busy = rng.choice((1, 1, 2, 3)) if place is None else rng.choice((2, 3, 5, 8))
        organisation = organisations[place].name if place is not None else ""
        zone = ZoneInfo(customer.time_zone)
        callers.append(Caller(customer, email, language, zone, woman, name.split()[0], organisation, busy))
    _add_addresses(rng, callers, since)
    return callers


def _draw(rng: Random, organisations: list[Organization]) -> tuple[str, bool, str, int | None]:
    language = rng.choices(list(SHARES), list(SHARES.values()))[0]
    woman = rng.random() < 0.5
    name = f"{rng.choice((WOMEN if woman else MEN)[language].split())} {rng.choice(FAMILIES[language].split())}"
    places = [n for n, row in enumerate(ORGANISATIONS) if row[2] == language]
    return language, woman, name, rng.choice(places) if rng.random() < 0.4 else None


def _zone(rng: Random, language: str, place: int | None) -> str:
    return (*ORGANISATIONS, OURS)[place][3] if place is not None else rng.choice(ZONES[language])


def _email(rng: Random, name: str, language: str, place: int | None, taken: set[str]) -> str:
    """An address that nobody has yet: first name and family at work, anything at home."""
    first, family = (mail_name(part) for part in name.split())
    host = (*ORGANISATIONS, OURS)[place][1] if place is not None else rng.choice(FREE_MAIL[language])
    local = rng.choice((f"{first}.{family}", f"{first[0]}.{family}", f"{first}{family}"))
    email, n = f"{local}@{host}", 1
    while email in taken:
        n += 1
        email = f"{local}{n}@{host}"
    taken.add(email)
    return email


def _add_addresses(rng: Random, callers: list[Caller], since: datetime) -> None:
    rows = [
        Address(customer=one.customer, value=one.email, normalised=normalise_email(one.email), is_primary=True)
        for one in callers
    ]
    for n, one in enumerate(callers):
        if rng.random() < 0.2:
            number = f"+4470090{n:05}"
            rows.append(Address(customer=one.customer, kind="phone", value=number, normalised=number, is_primary=True))
    for row in rows:
        row.created_at = since
    Address.objects.bulk_create(rows)
