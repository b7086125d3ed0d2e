"""What programs pay: the resources of the API that are asked most, with one client and with four.

    DATABASE_URL=… REDIS_URL=… python -m benchmarks.api [--ports 28700] [--times 100] [--rounds 3]

measures a filled database by itself; `make bench` measures the same beside the pages.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import os
import statistics
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    logging.getLogger("helpdesk.request").setLevel(logging.ERROR)

from django.conf import settings
from django.core.management import call_command

from agents.actors import Actor
from agents.models import Agent, ApiToken
from agents.tokens import make_token
from benchmarks import report
from benchmarks.client import BEARER, Ask, Client, Samples, at_once, in_turn
from benchmarks.fill import OPS_MANAGER, TWO_TEAM_AGENT
from benchmarks.fill_tickets import SENTENCES
from benchmarks.measure import CLIENTS, Asks, Scene, middle, say
from benchmarks.rawsql import replayed
from benchmarks.serve import end_on_sigterm, product
from tickets.feed import give_places
from tickets.models import Change, Priority, Ticket, TicketType

NAME = "Measuring"
WORDS = " ".join(SENTENCES[:4])


class Shared(Iterator[Ask]):
    """Requests of which each client takes the next: a generator cannot be read by two threads at once."""

    def __init__(self, asks: Iterator[Ask]) -> None:
        self.asks, self.lock = asks, threading.Lock()

    def __next__(self) -> Ask:
        with self.lock:
            return next(self.asks)


def token_of(agent_id: int) -> tuple[str, str]:
    """A token as a client sends it; the one of an earlier run is gone."""
    agent = Agent.objects.get(pk=agent_id)
    ApiToken.objects.filter(agent=agent, name=NAME).delete()
    return BEARER, make_token(Actor.agent(agent), name=NAME, scope=ApiToken.Scope.WRITE)[1]


def asked(scene: Scene) -> dict[str, tuple[int, Asks]]:
    """Who asks, and what, by name. No request asks for what an earlier one has done already."""
    numbers = itertools.count()
    altered = scene.answered[:500]
    standing = dict(Ticket.objects.filter(pk__in=altered).values_list("pk", "priority"))
    behind = max(0, Change.objects.newest_place() - 200)

    def of(path: str, tickets: list[int], status: int, verb: str, data: Callable[[int], dict[str, Any]]) -> Asks:
        return lambda: (
            Ask(path.format(pk), status=status, verb=verb, data=data(pk)) for pk in itertools.cycle(tickets)
        )

    def change(pk: int) -> dict[str, Any]:
        standing[pk] = standing[pk] % 4 + 1
        kind = TicketType.QUESTION if standing[pk] % 2 else TicketType.PROBLEM
        return {"priority": Priority(standing[pk]).slug, "type": kind}

    def new(_pk: int) -> dict[str, Any]:
        number = next(numbers)
        return {
            "subject": f"Measured {number}",
            "requester": {"email": scene.writers[number % len(scene.writers)]},
            "team_id": scene.team,
            "message": {"body": WORDS},
            "priority": "high",
            "tags": ["refund"],
        }

    def only(question: str) -> Asks:
        return lambda: itertools.repeat(Ask(f"/api/v1/{question}"))

    def tickets() -> Iterator[Ask]:
        return (Ask(f"/api/v1/tickets/{pk}/") for pk in itertools.cycle(scene.looked_at))

    one = "/api/v1/tickets/{}/"
    return {
        "API: list 50": (TWO_TEAM_AGENT, only("tickets/?limit=50")),
        "API: list 50, a query": (
            TWO_TEAM_AGENT,
            only("tickets/?limit=50&query=is:open+priority:%3E%3Dhigh"),
        ),
        "API: list 50, words and a filter": (TWO_TEAM_AGENT, only("tickets/?limit=50&q=kettle+grieg+is:open")),
        "API: get a ticket": (TWO_TEAM_AGENT, tickets),
        "API: change two fields": (TWO_TEAM_AGENT, of(one, altered, 200, "PATCH", change)),
        "API: create a ticket": (TWO_TEAM_AGENT, of("/api/v1/tickets/", [0], 201, "POST", new)),
        "API: reply": (TWO_TEAM_AGENT, of(one + "messages/", scene.answered, 201, "POST", lambda n: {"body": WORDS})),
        "API: feed, a page of 100": (OPS_MANAGER, only(f"events/?after={behind}&limit=100")),
    }


def measured(scene: Scene, ports: int, rounds: int, times: int) -> dict[str, dict[str, Any]]:
    """As the lines of the report; the product runs already."""
    while give_places():  # a feed that is behind by a history catches up first
        pass
    tokens = {who: token_of(who) for who in (TWO_TEAM_AGENT, OPS_MANAGER)}
    found: dict[str, dict[str, Any]] = {}
    for name, (who, asks) in asked(scene).items():
        token, going = tokens[who], asks()
        samples: list[Samples] = []
        alone: list[float] = []
        for _ in range(rounds):
            samples.append(in_turn(Client(ports, token), going, times))
            writes = next(going).body is not None
            taken, _statements = replayed(next(going), token, times, next(going) if writes else None)
            alone.append(statistics.median(taken))
        found[name] = middle([one.summary() for one in samples])
        found[name]["sql_alone_p50"] = round(statistics.median(alone), 2)
        for clients in (1, CLIENTS):
            rates = [
                at_once(lambda t=token: Client(ports, t), [Shared(going)] * clients, times / 20) for _ in range(rounds)
            ]
            found[name][f"per_second_{clients}"] = statistics.median(rates)
        say(f"  {name}: {found[name]['app_p50']} ms in the server, {found[name]['statements']} statements")
    ApiToken.objects.filter(name=NAME).delete()
    return found


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.api", description=__doc__)
    given.add_argument("--ports", type=int, default=28_700)
    given.add_argument("--times", type=int, default=100)
    given.add_argument("--rounds", type=int, default=3)
    given.add_argument("--json", type=Path, help="a file for the figures themselves")
    options = given.parse_args()
    end_on_sigterm()
    call_command("collectstatic", interactive=False, verbosity=0)
    with product(options.ports):
        found = measured(Scene(), options.ports, options.rounds, options.times)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    print("\n".join(report.lines([(Ticket.objects.count(), found)])))
    print(f"Load average at the end: {os.getloadavg()[0]:.1f}; {settings.WEB_WORKERS} web workers.")


if __name__ == "__main__":
    main()
