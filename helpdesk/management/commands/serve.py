"""`manage.py serve`: the whole helpdesk on one machine, under one parent."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from helpdesk import startup
from helpdesk.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run web, worker, beat and mail listener on this machine until Ctrl-C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--prepare", action="store_true", help="migrate first, and load demo data on the first start"
        )

        parser.add_argument("--without-demo", action="store_true", help="with --prepare: start empty, for real work")

    def handle(self, *args: Any, **options: Any) -> None:
        lock = startup.take_lock()  # held until this process ends
        startup.refuse_taken_port(settings.WEB_HOST, settings.WEB_PORT, "web server", "WEB_PORT")
        if startup.has_mail_listener():
            startup.refuse_taken_port(
                settings.MAIL_LISTEN_HOST, settings.MAIL_LISTEN_PORT, "mail listener", "MAIL_LISTEN_PORT"
            )
        if options["prepare"]:
            self._prepare(demo=not options["without_demo"])
            # Begin anew as a small process: what migrating and loading left in memory would stay with the parent.
            os.close(lock)
            os.execv(sys.executable, [sys.executable, str(settings.ROOT / "manage.py"), "serve"])  # noqa: S606
        startup.refuse_old_database()
        children = startup.children()
        connections.close_all()
        self.say(f"Starting {', '.join(child.name for child in children if child.after is None)} …")
        code = Supervisor(children, self.say).run(on_started=lambda: startup.announce(self.say))
        self.say("Stopped." if code == 0 else "Stopped because of the trouble above.")
        raise SystemExit(code)

    def _prepare(self, *, demo: bool) -> None:
        try:
            startup.prepare(self.say, demo=demo)
        except KeyboardInterrupt:
            self.say("Stopped.")
            raise SystemExit(130) from None

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
