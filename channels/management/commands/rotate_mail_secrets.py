"""Encrypt the stored IMAP passwords anew under today's SECRET_KEY; run it before SECRET_KEY_PREVIOUS is dropped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from channels.mailbox_settings import rotate_secrets


class Command(BaseCommand):
    help = "Encrypt the stored IMAP passwords anew under today's SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = rotate_secrets()
        self.stdout.write(f"{done} passwords are under today's key.")
        for mailbox in lost:
            self.stderr.write(f"{mailbox}: its password was encrypted under a key that is gone; type it in again.")
