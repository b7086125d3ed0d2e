"""Run the SMTP or LMTP listener until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from channels.transports.smtp_listener import Listener


class Command(BaseCommand):
    help = "Take in mail by SMTP or LMTP for the addresses of our mailboxes, until Ctrl-C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.MAIL_LISTEN_HOST)
        parser.add_argument("--port", type=int, default=settings.MAIL_LISTEN_PORT)
        parser.add_argument("--protocol", choices=("smtp", "lmtp"), default=settings.MAIL_LISTEN_PROTOCOL)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, protocol = options["host"], options["port"], options["protocol"]
        if not port:
            raise CommandError("MAIL_LISTEN_PORT is 0: there is nothing to listen on.")
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        try:
            listener = Listener(host, port, protocol)
        except OSError as error:
            raise CommandError(f"MAIL_LISTEN_TLS_CERT and MAIL_LISTEN_TLS_KEY cannot be used: {error}") from None
        try:
            listener.start()
        except (OSError, TimeoutError) as error:
            raise CommandError(f"Cannot listen on {host}:{port}: {error}") from None
        self.stdout.write(f"Taking in mail by {protocol.upper()} on {host}:{port}")
        ended.wait()
        listener.stop()
