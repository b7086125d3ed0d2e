"""`manage.py check_heartbeat`: a container's health check of beat and worker, which have no port to ask."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk import health


class Command(BaseCommand):
    help = "Exit 1 with a sentence when beat and worker have not shown a sign of life lately."

    def handle(self, *args: Any, **options: Any) -> None:
        result = health.run_check(health.beat)
        if not result["ok"]:
            raise CommandError(result["reason"])
        self.stdout.write(f"The last heartbeat was {result['age_seconds']} s ago.")
