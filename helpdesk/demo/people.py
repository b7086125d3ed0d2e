"""The invented company's own people: its teams, the agents who work there, the addresses that they answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings

from agents.actors import Actor
from agents.models import Agent, Availability, Membership, Team
from agents.permissions import Permission, Role
from channels.models import Mailbox
from tickets.models import FieldDefinition

COMPANY = "Pedalund"
DOMAIN = "pedalund.example"

TEAMS = {
    "care": ("Customer care", "customer-care", "support", "Orders, deliveries, returns and advice"),
    "billing": ("Billing", "billing", "billing", "Invoices, payments and service plans"),
    "technical": ("Technical", "technical", "tech", "E-bikes, the app, workshop and warranty"),
}

# name, role, team, languages, woman, zone
_PEOPLE = (
    ("Hannah Whitcombe", Role.SUPERVISOR, "care", "en de", True, "Europe/London"),
    ("Sofie Lindgaard", Role.AGENT, "care", "da en nb de", True, "Europe/Copenhagen"),
    ("Ingrid Nesheim", Role.AGENT, "care", "nb da en", True, "Europe/Oslo"),
    ("Katarzyna Wrona", Role.AGENT, "care", "pl en de", True, "Europe/Warsaw"),
    ("Oleh Marchuk", Role.AGENT, "care", "uk en pl", False, "Europe/Kyiv"),
    ("Mikkel Brandstrup", Role.SUPERVISOR, "billing", "da nb en de", False, "Europe/Copenhagen"),
    ("Agnieszka Zielonka", Role.AGENT, "billing", "pl uk en", True, "Europe/Warsaw"),
    ("Emily Thornbury", Role.AGENT, "billing", "en da nb de", True, "Europe/London"),
    ("Piotr Sikorka", Role.SUPERVISOR, "technical", "pl de en uk", False, "Europe/Warsaw"),
    ("Eirik Solbakken", Role.AGENT, "technical", "nb da en", False, "Europe/Oslo"),
    ("Bohdan Levytskyi", Role.AGENT, "technical", "uk pl en de", False, "Europe/Kyiv"),
    ("Tom Ashdown", Role.LIGHT, "care", "en", False, "Europe/London"),
    ("Nadia Kovalchuk", Role.OPS_MANAGER, "", "uk en", True, "Europe/Kyiv"),
    ("Jonas Friis", Role.ADMIN, "", "da en", False, "Europe/Copenhagen"),
)

SIGN_INS = {
    "agent": "Sofie Lindgaard",
    "second agent": "Ingrid Nesheim",
    "supervisor": "Hannah Whitcombe",
    "ops manager": "Nadia Kovalchuk",
    "admin": "Jonas Friis",
}


@dataclass(frozen=True)
class Colleague:
    """An agent with what the loader asks again and again."""

    agent: Agent
    actor: Actor
    team: str
    languages: tuple[str, ...]
    woman: bool

    @property
    def pk(self) -> int:
        return self.agent.pk

    @property
    def first(self) -> str:
        return self.agent.name.split()[0]

    @property
    def may_answer(self) -> bool:
        return self.agent.role in {Role.AGENT, Role.SUPERVISOR}

    @property
    def leads(self) -> bool:
        return self.agent.role == Role.SUPERVISOR


def email_of(name: str) -> str:
    return f"{name.split()[0].lower()}@{DOMAIN}"


def names_taken() -> bool:
    """Is there already a team, agent or mailbox that the demo would make?"""
    boxes = [f"{box}@{settings.MAIL_DOMAIN}" for _name, _slug, box, _about in TEAMS.values()]
    return (
        Team.objects.filter(slug__in=[slug for _name, slug, _box, _about in TEAMS.values()]).exists()
        or Agent.objects.filter(email__in=[email_of(person[0]) for person in _PEOPLE]).exists()
        or Mailbox.objects.filter(address__in=boxes).exists()
    )


def make_teams() -> dict[str, Team]:
    return {
        key: Team.objects.create(name=name, slug=slug, description=about)
        for key, (name, slug, _box, about) in TEAMS.items()
    }


def make_mailboxes(teams: dict[str, Team]) -> dict[str, Mailbox]:
    return {
        key: Mailbox.objects.create(
            name=f"{COMPANY} {name}",
            address=f"{box}@{settings.MAIL_DOMAIN}",
            team=teams[key],
            signature=f"{COMPANY} {name}\nBicycles, parts and service plans\nhttps://{DOMAIN}",
        )
        for key, (name, _slug, box, _about) in TEAMS.items()
    }


def make_colleagues(teams: dict[str, Team], password_hash: str) -> list[Colleague]:
    """Everybody who works here. The hash is made once by the caller: hashing is slow by design."""
    made = []
    for name, role, team, languages, woman, zone in _PEOPLE:
        agent = Agent.objects.create(
            email=email_of(name),
            name=name,
            role=role,
            password=password_hash,
            time_zone=zone,
            availability=Availability.ONLINE if role != Role.LIGHT else Availability.AWAY,
        )
        if team:
            Membership.objects.create(agent=agent, team=teams[team], is_lead=role == Role.SUPERVISOR)
        made.append(Colleague(agent, as_loaded(Actor.agent(agent)), team, tuple(languages.split()), woman))
    return made


def as_loaded(actor: Actor) -> Actor:
    """The actor of stated history: a loader sees every ticket, which also makes each of its locks cheaper."""
    return replace(actor.importing(), permissions=actor.permissions | {Permission.SEE_ALL_TICKETS})


def make_fields() -> None:
    choices = ["City bikes", "E-bikes", "Gravel and road", "Children's bikes", "Parts and clothing", "Service plans"]
    FieldDefinition.objects.get_or_create(
        key="product_line", defaults={"label": "Product line", "kind": "choice", "choices": choices, "position": 1}
    )
    FieldDefinition.objects.get_or_create(
        key="bought_on", defaults={"label": "Bought on", "kind": "date", "position": 2}
    )
    FieldDefinition.objects.get_or_create(
        key="under_warranty", defaults={"label": "Under warranty", "kind": "checkbox", "position": 3}
    )
