"""`manage.py run_beat`: Celery beat alone, for a container or a unit of its own."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from helpdesk import startup


class Command(BaseCommand):
    help = "Run Celery beat alone, for a container or a unit of its own."

    def handle(self, *args: Any, **options: Any) -> None:
        command = startup.beat_command()
        os.chdir(settings.ROOT)
        os.execv(command[0], command)  # noqa: S606 - signals must reach the program itself, not a parent of it
