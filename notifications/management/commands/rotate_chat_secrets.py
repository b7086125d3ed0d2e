"""Encrypt the stored addresses of chat channels anew; run it before SECRET_KEY_PREVIOUS is dropped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from notifications.chat_settings import rotate_secrets


class Command(BaseCommand):
    help = "Encrypt the stored addresses of chat channels anew under today's SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = rotate_secrets()
        self.stdout.write(f"{done} addresses are under today's key.")
        for hook in lost:
            self.stderr.write(f"{hook}: its address was encrypted under a key that is gone; type it in again.")
