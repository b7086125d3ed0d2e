"""Encrypt the stored secrets of webhooks anew; run it before SECRET_KEY_PREVIOUS is dropped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from webhooks.signing_secrets import rotate_secrets


class Command(BaseCommand):
    help = "Encrypt the stored secrets of webhooks anew under today's SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = rotate_secrets()
        self.stdout.write(f"{done} secrets are under today's key.")
        for webhook in lost:
            self.stderr.write(f"{webhook}: its secret was encrypted under a key that is gone; make a new one.")
