"""The people whom every test knows, and the pieces it needs to make a ticket."""

from __future__ import annotations

import gc
import itertools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house
from django.core.cache import cache
from django.test import TransactionTestCase

from agents.actors import Actor
from agents.models import Agent, Team
from agents.permissions import Role
from automation import known_teams
from customers.models import Customer
from helpdesk.languages import catalogues
from helpdesk.lib import mail_silence
from sla import known, policy_counts
from tests import factories

# Ours stand in for fixtures of pytest-django, which only a conftest may do.
from tests.databases import django_db_keepdb, django_db_modify_db_settings, empty, is_copied, templates_folder  # noqa: F401
from tickets.models import Ticket

pytest_plugins = ["tests.plugin_services", "tests.plugin_stages", "tests.plugin_contract"]
NUMBERS = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    """Compile the words of the other languages, whose sources alone are kept, and empty databases our way."""
    catalogues.compile_stale()
    TransactionTestCase._fixture_teardown = lambda self: empty()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays until the end: looking through it for rubbish took an eighth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def _media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def _own_media(settings: Any, _media: Path) -> None:
    settings.MEDIA_ROOT = _media / str(next(NUMBERS))  # made by the test that keeps a file, as few do


@pytest.fixture(autouse=True)
def _no_team_hands_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test switched on is not remembered in the next, and none asks the database for it by the way."""
    monkeypatch.setattr(known_teams, "KNOWN_FOR", math.inf)
    known_teams.remember(frozenset())


@pytest.fixture(autouse=True)
def _no_policies_of_other_tests() -> None:
    known.forget_policies()
    if house.REDIS_URL:  # elsewhere what is remembered goes with the transaction
        cache.delete_many([policy_counts.KEY, *mail_silence.KEYS])


@pytest.fixture
def billing(db: None) -> Team:
    return factories.make_team("Billing")


@pytest.fixture
def technical(db: None) -> Team:
    return factories.make_team("Technical")


@pytest.fixture
def ana(billing: Team) -> Agent:
    """Ana is an agent of Billing."""
    return factories.make_agent("Ana", teams=[billing])


@pytest.fixture
def leo(billing: Team) -> Agent:
    """Leo supervises Billing."""
    return factories.make_agent("Leo", role=Role.SUPERVISOR, teams=[billing])


@pytest.fixture
def mia(technical: Team) -> Agent:
    """Mia is an agent of another team."""
    return factories.make_agent("Mia", teams=[technical])


@pytest.fixture
def lou(billing: Team) -> Agent:
    """Lou is a light agent of Billing: reads and notes."""
    return factories.make_agent("Lou", role=Role.LIGHT, teams=[billing])


@pytest.fixture
def otto(db: None) -> Agent:
    """Otto is the ops manager."""
    return factories.make_agent("Otto", role=Role.OPS_MANAGER)


@pytest.fixture
def root(db: None) -> Agent:
    """Root is the admin."""
    return factories.make_agent("Root", role=Role.ADMIN)


@pytest.fixture
def kim(db: None) -> Customer:
    """Kim is a customer."""
    return factories.make_customer("Kim Jensen", "kim@alpha.example")


@pytest.fixture
def as_ana(ana: Agent) -> Actor:
    return Actor.agent(ana)


@pytest.fixture
def as_kim(kim: Customer) -> Actor:
    return Actor.customer(kim.pk, kim.name)


@pytest.fixture
def ticket(kim: Customer, billing: Team) -> Ticket:
    """Kim's ticket in Billing, with Kim's one message."""
    return factories.make_ticket(kim, team=billing)


@pytest.fixture
def make_ticket(db: None) -> Callable[..., Ticket]:
    return factories.make_ticket
