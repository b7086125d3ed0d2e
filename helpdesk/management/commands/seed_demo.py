"""`manage.py seed_demo`: fills an empty install with an invented company and three months of its work."""

import json
import secrets
import time
from argparse import ArgumentParser
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from helpdesk.demo import people, progress
from helpdesk.demo.customers import make_customers
from helpdesk.demo.feedback import switch_on
from helpdesk.demo.figures import tell_figures
from helpdesk.demo.loading import load
from helpdesk.demo.macros import write_macros
from helpdesk.demo.news import tell_the_last_days
from helpdesk.demo.organisations import make_organisations
from helpdesk.demo.plan import House
from helpdesk.demo.promises import make_calendars, make_policies, make_routing
from helpdesk.demo.rhythm import DAYS
from helpdesk.demo.schedule import plan
from helpdesk.demo.texts import write_texts
from tickets.models import Ticket


class Command(BaseCommand):
    help = "Load demo data into an empty install: teams, agents, customers, 2,000 tickets over the last 90 days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=2000, help="how many tickets (60 to 20000; default 2000)")
        parser.add_argument("--seed", type=int, default=7, help="the same seed and day make the same rows")
        parser.add_argument(
            "--today", type=date.fromisoformat, help="YYYY-MM-DD: the past ends on this day at 15:00 UTC (default: now)"
        )
        parser.add_argument(
            "--while-serving", action="store_true", help="in small steps, so that others get to write in between"
        )
        parser.add_argument("--yes", action="store_true", help="load it even where it is not an embedded install")

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse(options)
        progress.note(0, options["tickets"])
        try:
            self._tell(options)
        finally:  # also when it failed: what is there is all that comes
            progress.finish()

    def _tell(self, options: dict[str, Any]) -> None:
        started = time.monotonic()
        now, rng, count = self._now(options["today"]), Random(options["seed"]), options["tickets"]  # noqa: S311
        password = f"demo-{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
        house = self._house(rng, now, max(60, count // 5), password)
        self._leave_sign_ins(password)
        self.say(f"Planning {count} tickets …")
        tickets = plan(house, rng, now, count)
        self.say(f"Telling the story of {len(tickets)} tickets, from the first mail on …")
        steps = load(house, tickets, rng, now, self.say, beside_others=options["while_serving"])
        tell_the_last_days(now)
        self.say("Counting what the figures say of it …")
        tell_figures()
        self.say(f"Loaded {len(tickets)} tickets in {steps} steps; it took {time.monotonic() - started:.0f} seconds.")
        self.say(f"Everybody signs in with “{password}”. For a demo only: let no stranger reach this install.")

    def _refuse(self, options: dict[str, Any]) -> None:
        if not 60 <= options["tickets"] <= 20_000:
            raise CommandError("Choose between 60 and 20000 tickets.")
        if not (settings.EMBEDDED or settings.DEBUG or options["yes"]):
            raise CommandError("This is not an embedded install; give --yes if it shall hold demo data all the same.")
        if Ticket.objects.exists():
            raise CommandError("This install already has tickets; demo data belongs into an empty one.")
        if people.names_taken():
            raise CommandError("A team, agent or mailbox of the demo exists already; start with an empty database.")

    @staticmethod
    def _now(today: date | None) -> datetime:
        present = datetime.now(UTC).replace(microsecond=0)
        if today is None:
            return present
        end = datetime(today.year, today.month, today.day, 15, tzinfo=UTC)
        if end > present:
            raise CommandError("The demo's past cannot end in the future; choose an earlier day, or none for now.")
        return end

    def _house(self, rng: Random, now: datetime, customers: int, password: str) -> House:
        since = now - timedelta(days=DAYS + 30)
        hashed = make_password(password)
        with transaction.atomic():
            teams = people.make_teams()
            mailboxes = people.make_mailboxes(teams)
            colleagues = people.make_colleagues(teams, hashed)
            people.make_fields()
            write_texts()
            write_macros()
            organisations = make_organisations(since)
            calendars = make_calendars(since)
            make_policies(calendars, teams, since)
            make_routing(calendars, teams, colleagues)
            switch_on()
            callers = make_customers(rng, customers, organisations, since)
        made = f"{len(teams)} teams, {len(colleagues)} agents, {len(organisations)} organisations"
        self.say(f"Made {made}, {customers} customers.")
        return House(teams, mailboxes, colleagues, callers)

    @staticmethod
    def _leave_sign_ins(password: str) -> None:
        """`make run` shows these; readable by the owner of the install only."""
        path: Path = settings.DATA_DIR / "demo.json"
        sign_ins = [
            {"role": role, "email": people.email_of(name), "password": password}
            for role, name in people.SIGN_INS.items()
        ]
        path.touch(mode=0o600)
        path.write_text(json.dumps(sign_ins, indent=2) + "\n", encoding="utf-8")

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
