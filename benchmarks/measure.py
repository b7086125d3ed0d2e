"""Everything that is measured on one filled database; run as a process of its own, because settings are read once."""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import os
import random
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

if __name__ == "__main__":
    django.setup()
    logging.getLogger("helpdesk.request").setLevel(logging.ERROR)  # of what is captured in this process

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client as Browser

from agents.actors import Actor
from agents.models import Agent
from benchmarks import freshness, rebuild, reports
from benchmarks.bulk import gestures
from benchmarks.client import Ask, Client, Samples, at_once, in_turn
from benchmarks.fill import OPS_MANAGER, RARE_AGENT, TWO_TEAM_AGENT, fill
from benchmarks.fill_tickets import SENTENCES
from benchmarks.mails import taken_in
from benchmarks.rawsql import replayed
from benchmarks.serve import HOST, Watch, end_on_sigterm, product, weigh
from customers.models import Address
from tickets.models import SavedView, Ticket
from tickets.saved_views import save_view

CLIENTS = 4
Asks = Callable[[], Iterator[Ask]]
# Six views of an agent's own, as people make them: states, teams, tags, priorities and ages.
SAVED = (
    ("Mine, urgent", "is:open assignee:me priority:>=high"),
    ("Refunds", "is:open tag:refund"),
    ("Waiting long", "is:waiting waiting>4h"),
    ("Nobody's", "is:open assignee:none team:mine"),
    ("New this week", "is:open created<7d"),
    ("Urgent", "is:open priority:urgent"),
)


def say(line: str) -> None:
    print(line, flush=True)


def sign_in(agent_id: int) -> tuple[str, str]:
    """A session made beside the sign-in page: its name and value as a cookie."""
    browser = Browser(SERVER_NAME=HOST)
    browser.force_login(Agent.objects.get(pk=agent_id))
    return settings.SESSION_COOKIE_NAME, browser.cookies[settings.SESSION_COOKIE_NAME].value


class Scene:
    """The tickets that are looked at and answered, drawn once so that every run asks for the same."""

    def __init__(self) -> None:
        actor = Actor.agent(Agent.objects.get(pk=TWO_TEAM_AGENT))
        visible = Ticket.objects.visible_to(actor)
        young = list(visible.open().order_by("-activity_at").values_list("pk", "version", "requester_id")[:2000])
        old = list(visible.filter(team_id__in=actor.team_ids, status="closed").order_by("activity_at")[:40_000:20])
        chance = random.Random(42)
        self.looked_at = [pk for pk, *_ in chance.sample(young, min(200, len(young)))] + [
            ticket.pk for ticket in chance.sample(old, min(100, len(old)))
        ]
        chance.shuffle(self.looked_at)
        self.versions = {pk: version for pk, version, _ in young}
        self.answered = list(self.versions)
        addresses = dict(
            Address.objects.filter(kind="email", customer__in=[customer for *_, customer in young]).values_list(
                "customer_id", "value"
            )
        )
        self.addresses = {pk: addresses.get(customer, "") for pk, _, customer in young}
        self.writers = list(Address.objects.filter(kind="email").values_list("value", flat=True)[:2000])
        self.team = min(actor.team_ids)
        if not SavedView.objects.filter(owner_id=actor.id).exists():
            for name, text in SAVED:
                save_view(actor, {"name": name, "text": text})
        self.saved = SavedView.objects.filter(owner_id=actor.id).order_by("pk")[2]

    def pages(self) -> Iterator[Ask]:
        return (Ask(f"/tickets/{pk}/") for pk in itertools.cycle(self.looked_at))

    def reply(self, pk: int) -> Ask:
        form = {
            "version": str(self.versions[pk]),
            "gesture": uuid4().hex,
            "kind": "reply",
            "body": " ".join(SENTENCES[:4]),
            "after": "0",
            "status": "",
            "to": self.addresses[pk],
            "cc": "",
        }
        self.versions[pk] += 1
        return Ask(f"/tickets/{pk}/replies/", form, fragment=True)

    def replies(self, part: int = 0, parts: int = 1) -> Iterator[Ask]:
        return (self.reply(pk) for pk in itertools.cycle(self.answered[part::parts]))

    def opened(self) -> Iterator[Ask]:
        for number in itertools.count():
            yield Ask(
                "/tickets/new/",
                {
                    "gesture": uuid4().hex,
                    "requester": self.writers[number % len(self.writers)],
                    "subject": f"Measured {number}",
                    "channel": "phone",
                    "team": str(self.team),
                    "priority": "normal",
                    "type": "question",
                    "kind": "reply",
                    "body": " ".join(SENTENCES[:4]),
                },
                status=302,
            )


def measure(ports: int, rounds: int, times: int, mails: int) -> dict[str, Any]:
    scene = Scene()
    sessions = {who: sign_in(who) for who in (TWO_TEAM_AGENT, RARE_AGENT, OPS_MANAGER)}
    two = sessions[TWO_TEAM_AGENT]

    def list_of(view: str) -> Iterator[Ask]:
        return itertools.repeat(Ask(f"/tickets/?view={view}"))

    def only(path: str) -> Iterator[Ask]:
        return itertools.repeat(Ask(path, fragment=path == "/tickets/views/"))

    measured: dict[str, dict[str, Any]] = {}
    runs: list[tuple[str, tuple[str, str], Asks, Asks | None]] = [
        ("inbox", two, lambda: list_of("open"), lambda: itertools.repeat(Ask("/tickets/"))),
        ("inbox, everything", two, lambda: list_of("all"), None),
        ("inbox, few visible", sessions[RARE_AGENT], lambda: list_of("open"), None),
        ("inbox, everything, few visible", sessions[RARE_AGENT], lambda: list_of("all"), None),
        ("inbox, ops manager", sessions[OPS_MANAGER], lambda: list_of("open"), None),
        ("inbox, saved view", two, lambda: list_of(str(scene.saved.pk)), None),
        ("counts of 6 saved and all standing views", two, lambda: only("/tickets/views/"), None),
        ("search, two common words", two, lambda: only("/tickets/search/?q=kettle+parcel"), None),
        ("search, rare and common", two, lambda: only("/tickets/search/?q=kettle+berg7"), None),
        ("search, middling", two, lambda: only("/tickets/search/?q=kettle+grieg"), None),
        ("ticket page", two, scene.pages, scene.pages),
        ("reply", two, scene.replies, None),
        ("open a ticket", two, scene.opened, None),
    ]
    from benchmarks import api  # it reads this module

    # Before anything runs beside it; a database that was filled has no figures yet.
    told = [*rebuild.lines(), *reports.lines()]
    say("\n".join(f"  {line}" for line in told))
    with product(ports) as running:
        watch = Watch(running)
        watch.start()
        for name, session, asks, bare in runs:
            client = Client(ports, session)
            found: list[Samples] = []
            alone: list[float] = []
            plain: list[Samples] = []
            for _ in range(rounds):
                found.append(in_turn(client, asks(), times))
                sample, _statements = replayed(next(asks()), session, times)
                if name == "reply":
                    _forget_versions(scene)
                alone.append(statistics.median(sample))
                if bare is not None:
                    plain.append(in_turn(Client(ports + 1), bare(), times))
            measured[name] = middle([one.summary() for one in found])
            measured[name]["sql_alone_p50"] = round(statistics.median(alone), 2)
            if plain:
                measured[name]["bare"] = middle([one.summary() for one in plain])
            say(f"  {name}: {measured[name]['app_p50']} ms in the server, {measured[name]['statements']} statements")
        for name, session, make in (
            ("inbox", two, lambda n: list_of("open")),
            ("ticket page", two, lambda n: scene.pages()),
            ("reply", two, lambda n: scene.replies(n, CLIENTS)),
            ("open a ticket", two, lambda n: scene.opened()),
        ):
            for clients in (1, CLIENTS):
                asks_of = [make(n) for n in range(clients)] if clients > 1 else [make(0)]
                rates = [at_once(lambda s=session: Client(ports, s), asks_of, times / 20) for _ in range(rounds)]
                measured[name][f"per_second_{clients}"] = statistics.median(rates)
            say(f"  {name}: {measured[name][f'per_second_{CLIENTS}']} a second with {CLIENTS} clients")
        for name in ("inbox", "ticket page"):
            asks = (lambda: itertools.repeat(Ask("/tickets/"))) if name == "inbox" else scene.pages
            rates = [
                at_once(lambda: Client(ports + 1), [asks() for _ in range(CLIENTS)], times / 20) for _ in range(rounds)
            ]
            measured[name]["bare"][f"per_second_{CLIENTS}"] = statistics.median(rates)
        measured |= api.measured(scene, ports, rounds, times)
        taken = [taken_in(ports + 2, mails) for _ in range(rounds)] if mails else []
        say(f"  mails: {taken}")
        many = [gestures(OPS_MANAGER, 1000) for _ in range(rounds)]
        say(f"  bulk of 1,000: {many} tickets a second")
        current = freshness.line()
        say(f"  figures: current {current}")
        watch.stopping.set()
        memory = {"now": weigh(running), "highest": watch.highest}
    return {
        "tickets": Ticket.objects.count(),
        "measured": measured,
        "mails": {key: statistics.median(one[key] for one in taken) for key in taken[0]} if taken else {},
        "bulk": statistics.median(many),
        "memory": memory,
        "figures": [*told, f"Figures are current {current}."],
        "load": os.getloadavg(),
    }


def middle(summaries: list[dict[str, float]]) -> dict[str, Any]:
    """The median round, number by number."""
    return {key: round(statistics.median(one[key] for one in summaries), 2) for key in summaries[0]}


def _forget_versions(scene: Scene) -> None:
    """The capture answered as well, by itself."""
    scene.versions = dict(Ticket.objects.filter(pk__in=scene.answered).values_list("pk", "version"))


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--tickets", type=int, required=True)
    given.add_argument("--ports", type=int, required=True)
    given.add_argument("--rounds", type=int, required=True)
    given.add_argument("--times", type=int, required=True)
    given.add_argument("--mails", type=int, required=True)
    given.add_argument("--out", type=Path, required=True)
    options = given.parse_args()
    end_on_sigterm()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not Ticket.objects.exists():
        say(f"Filling {options.tickets:,} tickets …")
        fill(options.tickets, say=say)
    Session.objects.all().delete()
    say(f"Measuring with {options.tickets:,} tickets …")
    found = measure(options.ports, options.rounds, options.times, options.mails)
    options.out.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
