"""Fills an empty PostgreSQL database with a believable helpdesk of any size: people here, tickets and mail beside.

Rows are made by the server from generate_series, so a million tickets with their history take minutes. Nothing goes
through perform(): tests/tickets/test_query_plans.py asserts that what is filled agrees with the models.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils.timezone import now

from agents.models import Agent, Membership, Team
from agents.permissions import Role
from customers.models import Address, Customer, CustomerChange, Organization, OrganizationDomain
from tickets.models import FieldDefinition, Tag

TEAMS = 12
AGENTS = 60
RARE_TEAM = 12
"""A team with a handful of old tickets: what its only member sees is rare in any list by activity."""
RARE_AGENT = 59
OPS_MANAGER = 60
SUPERVISOR = 58
TWO_TEAM_AGENT = 1
WEIGHTS = (24, 18, 13, 10, 8, 7, 6, 5, 4, 3, 2)
"""Per cent of the tickets that the first eleven teams have."""
TAGS = "refund invoice login delivery damaged warranty return shipping password app crash slow export import".split()
PRODUCTS = ["Kettle", "Lamp", "Scale", "Toaster"]
GIVEN = "Ada Bo Cleo Dan Eva Finn Gro Hugo Ida Jon Kaja Liv Mona Nils Ola Pia Rune Siv Tor Una".split()
FAMILY = (
    "Aas Berg Dahl Eng Foss Grieg Haug Iversen Juhl Krog Lund Moe Nygaard Olsen Povlsen Riis Skov Thorup Vik".split()
)
INDEXES_WORTH_DROPPING = 50_000

Say = Callable[[str], None]


def fill(
    tickets: int, *, say: Say = lambda line: None, until: datetime | None = None, check_keys: bool = False
) -> None:
    """Add `tickets` tickets over two years up to `until` (now), and everybody whom they need.

    The database must have no tickets yet. `check_keys` keeps foreign keys checked, which takes several times as long.
    """
    from benchmarks import fill_mail, fill_search, fill_tickets

    started = time.perf_counter()
    until = until or now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL work_mem = '256MB'; SET LOCAL jit = off")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0; SELECT setseed(0.42)")
        if not check_keys:
            cursor.execute("SET LOCAL session_replication_role = replica")
        filler = Filler(cursor, tickets, until)
        _people(filler)
        with _without_indexes(cursor, tickets >= INDEXES_WORTH_DROPPING):
            _customers(filler)
            say(f"  {filler.customers:,} customers after {time.perf_counter() - started:.0f} s")
            fill_tickets.fill(filler)
            say(f"  {tickets:,} tickets with their past after {time.perf_counter() - started:.0f} s")
            fill_mail.fill(filler)
            fill_search.fill(filler)
            say(f"  their mails after {time.perf_counter() - started:.0f} s; now the indexes")
        _set_sequences(cursor)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if tickets >= INDEXES_WORTH_DROPPING:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")  # visibility map, as autovacuum keeps it on a database that has lived
            cursor.execute("CHECKPOINT")
    say(f"  filled in {time.perf_counter() - started:.0f} s")


class Filler:
    """A cursor, and how many of what; inserts into the tables of models by column name."""

    def __init__(self, cursor: Any, tickets: int, until: datetime) -> None:
        self.cursor, self.tickets, self.until = cursor, tickets, until
        self.customers = max(tickets // 5, 1)
        self.organizations = max(self.customers // 40, 1)

    def run(self, sql: str, **params: Any) -> None:
        self.cursor.execute(sql, {"n": self.tickets, "until": self.until, **params})

    def insert(self, model: type[models.Model], source: str, **columns: str) -> None:
        """INSERT … SELECT of SQL expressions; what is not named gets the default of its field, as save() would."""
        given, params = dict(columns), {}
        for field in model._meta.concrete_fields:
            if field.column in given or (field.primary_key and isinstance(field, models.AutoField)):
                continue
            default = field.get_default()
            params[f"d_{field.column}"] = field.get_db_prep_save(default, connection)
            given[field.column] = f"%(d_{field.column})s"
        names = ", ".join(f'"{name}"' for name in given)
        self.run(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(given.values())} {source}", **params)


def _people(filler: Filler) -> None:
    then = filler.until - timedelta(days=800)
    teams = [Team(pk=n, name=f"Team {n}", slug=f"team-{n}", created_at=then) for n in range(1, TEAMS + 1)]
    Team.objects.bulk_create(teams)
    roles = {OPS_MANAGER: Role.OPS_MANAGER, SUPERVISOR: Role.SUPERVISOR}
    Agent.objects.bulk_create(
        Agent(
            pk=n,
            email=f"agent{n}@desk.example",
            name=f"{GIVEN[n % len(GIVEN)]} {FAMILY[n % len(FAMILY)]}",
            role=roles.get(n, Role.AGENT),
            password="!",
            created_at=then,
        )
        for n in range(1, AGENTS + 1)
    )
    pairs = {(n, team) for n in range(1, RARE_AGENT) for team in (1 + n % 11, 1 + (n * 5 + 3) % 11)}
    Membership.objects.bulk_create(
        Membership(agent_id=agent, team_id=team) for agent, team in sorted(pairs | {(RARE_AGENT, RARE_TEAM)})
    )
    Tag.objects.bulk_create(Tag(pk=n, name=name) for n, name in enumerate(TAGS, 1))
    FieldDefinition.objects.create(key="product", label="Product", kind=FieldDefinition.Kind.CHOICE, choices=PRODUCTS)


def _customers(filler: Filler) -> None:
    filler.run(
        """
        CREATE TEMP TABLE fill_customer ON COMMIT DROP AS
        SELECT c AS id, given || ' ' || family AS name, lower(given || ' ' || family) AS sort_name,
               lower(family || ' ' || given) AS sort_family, org,
               lower(given || '.' || family) || c || '@' || coalesce('org' || org, 'post') || '.example' AS email,
               coalesce('example.org' || org || '.', 'example.post.') AS domain_key,
               %(until)s - interval '731 days' AS at
        FROM (SELECT c, (%(given)s)[1 + c %% 20] AS given, (%(family)s)[1 + (c * 7) %% 19] AS family,
                     CASE WHEN c %% 5 < 3 THEN 1 + (c * 31) %% %(organizations)s END AS org
              FROM generate_series(1, %(customers)s) AS c) AS drawn;
        CREATE INDEX ON fill_customer (id); ANALYZE fill_customer
        """,
        given=GIVEN,
        family=FAMILY,
        customers=filler.customers,
        organizations=filler.organizations,
    )
    numbers = f"FROM generate_series(1, {filler.organizations}) AS o"
    then = "%(until)s - interval '731 days'"
    filler.insert(Organization, numbers, id="o", name="'Org ' || o", sort_name="'org ' || o", created_at=then)
    filler.insert(OrganizationDomain, numbers, id="o", organization_id="o", domain="'org' || o || '.example'")
    filler.insert(
        Customer,
        "FROM fill_customer",
        id="id",
        name="name",
        sort_name="sort_name",
        sort_family="sort_family",
        organization_id="org",
        language="'en'",
        created_at="at",
    )
    filler.insert(
        Address,
        "FROM fill_customer",
        id="id",
        customer_id="id",
        value="email",
        normalised="email",
        domain_key="domain_key",
        is_primary="true",
        created_at="at",
    )
    filler.insert(
        CustomerChange,
        "FROM fill_customer",
        id="id",
        customer_id="id",
        actor_kind="'system'",
        actor_name="'matching'",
        kind="'created'",
        data="jsonb_build_object('address', email)",
        created_at="at",
    )


@contextmanager
def _without_indexes(cursor: Any, drop: bool) -> Iterator[None]:
    """Drop the plain indexes of our big tables and make them again: several times faster than keeping them."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indrelid WHERE NOT i.indisunique"
        " AND c.relname ~ '^(tickets|customers|channels)_' AND c.relkind = 'r'"
    )
    found = cursor.fetchall() if drop else []
    for name, _definition in found:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, definition in found:
        cursor.execute(definition)


def _set_sequences(cursor: Any) -> None:
    cursor.execute(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'id' AND table_schema = current_schema()"
        " AND table_name ~ '^(agents|customers|tickets|channels)_' AND is_identity = 'YES'"
    )
    for (table,) in cursor.fetchall():
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false) FROM {table}"
        )
