"""`manage.py compile_messages`: makes the compiled catalogues that a running helpdesk reads; needs no gettext."""

from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.languages import catalogues


class Command(BaseCommand):
    help = "Compile every catalogue in locale/ that changed since it was compiled."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in catalogues.compile_stale():
            self.stdout.write(f"Compiled {path.relative_to(catalogues.ROOT)}")
