"""`manage.py update_messages` (`make messages`): brings the catalogues in locale/ up to date with the sources."""

from datetime import UTC, datetime
from typing import Any

from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management.base import BaseCommand

from helpdesk.languages import catalogues, extraction

HEADER = "# The words of the helpdesk in {language}; `make messages` brings this file up to date with the sources."
BORN = datetime(2026, 1, 1, tzinfo=UTC)  # the same on every machine, so that a second run is no difference


class Command(BaseCommand):
    help = "Add new sentences to the catalogues in locale/ and remove those that the sources no longer have."

    def handle(self, *args: Any, **options: Any) -> None:
        sources = extraction.template_catalog()
        sources.creation_date = BORN
        for language, name in settings.LANGUAGES:
            if language == catalogues.SOURCE_LANGUAGE:
                continue
            path = catalogues.po_path(language)
            catalog = catalogues.read(path) if path.exists() else empty(language)
            # A guess at what a changed sentence means would look like a translation: it is left empty instead.
            catalog.update(sources, no_fuzzy_matching=True)
            catalog.header_comment = HEADER.format(language=name)
            catalogues.write(catalog, path)
            missing = sum(not catalogues.is_translated(message) for message in catalog if message.id)
            self.stdout.write(f"{language}: {len(catalog)} sentences, {missing} to translate")
        catalogues.compile_stale()


def empty(language: str) -> Catalog:
    return Catalog(locale=language, domain="django", fuzzy=False, revision_date=BORN)
