"""What promises cost: a reply and a new ticket with their clocks kept and without, one after the other.

    DATABASE_URL=postgres://… python -m benchmarks.sla

Takes a migrated database of its own, and leaves tickets there.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

import django

ROUNDS = 200
SUBSCRIBER = "sla.subscribers.track_clocks"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection

    others = [path for path in settings.TICKET_SUBSCRIBERS if path != SUBSCRIBER]
    lists = {"without": others, "with": [SUBSCRIBER, *others]}
    gestures = prepared()
    print(f"{connection.vendor}, {ROUNDS} rounds, median milliseconds:")
    for name, gesture in gestures.items():
        taken: dict[str, list[float]] = {"without": [], "with": []}
        for number in range(ROUNDS * 2 + 20):
            which = ("without", "with")[number % 2]
            settings.TICKET_SUBSCRIBERS = lists[which]
            started = time.perf_counter()
            gesture(which)
            if number >= 20:
                taken[which].append((time.perf_counter() - started) * 1000)
        plain, tracked = (statistics.median(taken[which]) for which in ("without", "with"))
        print(f"  {name}: {plain:.2f} without, {tracked:.2f} with clocks: +{100 * (tracked / plain - 1):.0f} %")


def prepared() -> dict[str, Callable[[str], None]]:
    """Gestures by name; a customer has asked before each answer, as far as that is the same for both."""
    from agents.actors import Actor
    from agents.models import Agent
    from customers.matching import customer_for_email
    from sla.models import Calendar, CalendarVersion, SlaPolicy, SlaPolicyVersion
    from tickets.actions import AddCustomerMessage, AddNote, AddReply
    from tickets.models import Ticket
    from tickets.opening import open_ticket
    from tickets.perform import perform

    agent = Agent.objects.filter(email="bench@sla.example").first() or Agent.objects.create_user(
        "bench@sla.example", None, name="Bench"
    )
    customer = customer_for_email("kim@sla.example", "Kim")
    calendar, made = Calendar.objects.get_or_create(name="Bench")
    if made:
        CalendarVersion.objects.create(
            calendar=calendar, number=1, zone="Europe/Copenhagen", weekly=[[[540, 1020]]] * 5 + [[], []]
        )
        targets = {
            metric: {"low": 480, "normal": 240, "high": 120, "urgent": 60}
            for metric in ("first_response", "next_response", "resolution", "periodic_update", "team_handling")
        }
        for place in range(10):
            conditions = [{"requester": [str(10**6 + place)]}] if place < 9 else []
            policy = SlaPolicy.objects.create(name=f"Bench {place}", position=place)
            SlaPolicyVersion.objects.create(
                policy=policy, number=1, calendar=calendar, targets=targets, conditions=conditions
            )
    by, kim = Actor.agent(agent), Actor.customer(customer.pk, "Kim")

    def opened(_which: str) -> Ticket:
        words = AddCustomerMessage(customer.pk, "Kim", "It burns again, and the manual does not say what to do.")
        return open_ticket("Printer on fire", customer, words, by=kim, via="web", channel="web")[0]

    waiting = {"without": [opened("with") for _ in range(ROUNDS + 20)]}
    waiting["with"] = [opened("with") for _ in range(ROUNDS + 20)]
    first = {which: iter(tickets) for which, tickets in waiting.items()}
    again = {which: iter(tickets) for which, tickets in waiting.items()}
    asking = {which: iter(tickets) for which, tickets in waiting.items()}
    noting = {which: iter(tickets) for which, tickets in waiting.items()}

    def reply(which: str) -> None:
        perform(next(first[which]).pk, AddReply("We look into it."), by=by, via="web")

    def message(which: str) -> None:
        perform(next(asking[which]).pk, AddCustomerMessage(customer.pk, "Kim", "Well?"), by=kim, via="web")

    def second_reply(which: str) -> None:
        perform(next(again[which]).pk, AddReply("Mended."), by=by, via="web")

    def note(which: str) -> None:
        perform(next(noting[which]).pk, AddNote("Hm."), by=by, via="web")

    return {
        "first answer": reply,
        "customer message": message,
        "second answer": second_reply,
        "note": note,
        "new ticket": lambda which: (opened(which), None)[1],
    }


if __name__ == "__main__":
    main()
