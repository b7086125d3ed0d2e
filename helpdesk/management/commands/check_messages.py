"""`manage.py check_messages`: refuses catalogues with gaps, broken placeholders or sentences nobody says any more."""

from argparse import ArgumentParser
from typing import Any

from babel.messages.pofile import PoFileError
from django.conf import settings
from django.core.management.base import BaseCommand

from helpdesk.languages import catalogues, extraction
from helpdesk.languages.faults import faults, wrong


class Command(BaseCommand):
    help = "Check that every language is complete, up to date with the sources, and safe to fill in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--draft", action="store_true", help="check only what is translated, not what is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = None if options["draft"] else extraction.template_catalog()
        found = []
        for language, _name in settings.LANGUAGES:
            path = catalogues.po_path(language)
            if language == catalogues.SOURCE_LANGUAGE:
                continue
            if not path.exists():
                found.append(f"{language}: there is no catalogue; run `make messages`")
                continue
            try:
                catalog = catalogues.read(path)
            except PoFileError as problem:
                found.append(f"{language}: the catalogue cannot be read: {problem}")
                continue
            found += [f"{language}: {fault}" for fault in (faults(catalog, sources) if sources else wrong(catalog))]
        for fault in found:
            self.stdout.write(fault)
        if found:
            self.stderr.write(f"{len(found)} faults in the catalogues of locale/.")
            raise SystemExit(1)
