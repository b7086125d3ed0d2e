"""Take in one mail from standard input, for a mail server's pipe or a .forward file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error
from django.db.models import Q

from channels.inbound import receive
from channels.models import Mailbox
from channels.transports.smtp_listener import mailbox_of

# What mail servers understand (sysexits.h): 75 makes them keep the mail and try again, 65 returns it to its sender.
TRY_AGAIN, BAD_DATA = 75, 65


class Command(BaseCommand):
    help = "Take in one mail from standard input. Exit 75: not stored, keep it and try again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mailbox", required=True, help="its address, an alias, its name, or what stands before @")
        parser.add_argument("--sender", default="", help="the envelope sender")
        parser.add_argument("--recipient", default="", help="the envelope recipient, with its plus part")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            most = settings.MAX_MAIL_MB * 2**20
            raw = sys.stdin.buffer.read(most + 1)
            if len(raw) > most:
                self._end(BAD_DATA, f"The mail is larger than {settings.MAX_MAIL_MB} MB.")
            mailbox = find_mailbox(options["mailbox"])
            if mailbox is None:
                self._end(TRY_AGAIN, f"There is no mailbox {options['mailbox']!r}.")
            recipients = [options["recipient"]] if options["recipient"] else []
            inbound = receive(raw, mailbox, transport="pipe", envelope_from=options["sender"], envelope_to=recipients)
        except (Error, OSError) as error:
            self._end(TRY_AGAIN, f"Not stored: {error}")
        self.stdout.write(f"Stored as {inbound.pk}")

    def _end(self, code: int, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(code)


def find_mailbox(word: str) -> Mailbox | None:
    """The mailbox that somebody names in a few letters."""
    word = word.strip()
    named = Mailbox.objects.active().filter(Q(name__iexact=word) | Q(address__istartswith=f"{word}@"))
    return mailbox_of(word) or named.order_by("pk").first()
