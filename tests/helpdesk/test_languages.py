"""The words of the other languages: collected from the sources, compiled without gettext, and refused when broken."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import trans_real

from helpdesk.languages import catalogues, extraction
from helpdesk.languages.faults import faults, wrong

TWO_FORMS = ("%(count)d reply", "%(count)d replies")


def catalog(language: str, **entries: Any) -> Catalog:
    made = Catalog(locale=language, fuzzy=False)
    for message_id, words in entries.items():
        made.add(message_id, words)
    return made


def sources(*ids: Any) -> Catalog:
    made = Catalog()
    for one in ids:
        made.add(one)
    return made


def said_of(words: Any, message_id: Any, language: str = "pl") -> list[str]:
    made = Catalog(locale=language, fuzzy=False)
    made.add(message_id, words)
    return list(wrong(made))


def test_sentences_of_python_and_of_templates_are_collected(tmp_path: Path) -> None:
    python, page = tmp_path / "a.py", tmp_path / "a.html"
    python.write_text(
        'x = _("One " "whole")\ny = ngettext("%(n)d day", "%(n)d days", n)\nz = pgettext("verb", "Open")\n'
    )
    page.write_text(
        '{# Translators: a button #}\n<p title="{% translate "Don\'t" %}">\n'
        "  {% blocktranslate trimmed count n=n %}\n    {{ n }} % done\n  {% plural %}\n    {{ n }} % all done\n"
        '  {% endblocktranslate %}\n{% include "x" with label=_("Label") %}"""\n'
    )

    found = [
        (message, comments)
        for path in (python, page)
        for _line, message, comments, _context in extraction.extract(
            "python", extraction.BytesIO(extraction.python_of(path)), extraction.KEYWORDS, extraction.MARK, {}
        )
    ]

    assert [message for message, _comments in found] == [
        "One whole",
        ("%(n)d day", "%(n)d days"),
        "Open",
        "Don't",
        ("%(n)s %% done", "%(n)s %% all done"),
        "Label",
    ]
    assert found[3][1] == ["Translators: a button"]


def test_python_and_templates_of_this_house_are_sources_and_tests_are_not() -> None:
    found = extraction.template_catalog()
    files = {name for message in found for name, _line in message.locations}

    assert {"agents/forms.py", "templates/agent.html"} <= files
    assert not [name for name in files if name.startswith(("tests/", "scripts/")) or "/migrations/" in name]


def test_a_compiled_catalogue_is_what_django_reads_and_gaps_stay_english(tmp_path: Path, settings: Any) -> None:
    made = catalog("pl", **{"Zebra of the day": "Zebra dnia", "Nobody translated this": ""})
    made.add(TWO_FORMS, ("%(count)d odpowiedź", "%(count)d odpowiedzi", "%(count)d odpowiedzi!"))
    catalogues.write(made, catalogues.po_path("pl", tmp_path))

    assert catalogues.compile_stale(tmp_path) == [tmp_path / "pl/LC_MESSAGES/django.mo"]
    settings.LOCALE_PATHS = [tmp_path]
    trans_real._translations.clear()
    try:
        with translation.override("pl"):
            assert translation.gettext("Zebra of the day") == "Zebra dnia"
            assert translation.gettext("Nobody translated this") == "Nobody translated this"
            assert [translation.ngettext(*TWO_FORMS, n) % {"count": n} for n in (1, 3, 5)] == [
                "1 odpowiedź",
                "3 odpowiedzi",
                "5 odpowiedzi!",
            ]
    finally:
        trans_real._translations.clear()


def test_only_what_changed_is_compiled_again(tmp_path: Path) -> None:
    path = catalogues.po_path("da", tmp_path)
    catalogues.write(catalog("da", Yes="Ja"), path)
    compiled = catalogues.compile_stale(tmp_path)[0]

    assert catalogues.compile_stale(tmp_path) == []
    later = compiled.stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(later, later))
    assert catalogues.compile_stale(tmp_path) == [compiled]


def test_a_catalogue_that_is_as_it_should_be_has_no_faults() -> None:
    made = catalog("uk", Save="Зберегти")
    made.add(TWO_FORMS, ("%(count)d відповідь", "%(count)d відповіді", "%(count)d відповідей"))

    assert list(faults(made, sources("Save", TWO_FORMS))) == []


def test_gaps_and_old_sentences_are_told() -> None:
    made = catalog("da", Save="", Old="Gammel")
    made.add(TWO_FORMS, ("%(count)d svar", ""))

    assert list(faults(made, sources("Save", "New", TWO_FORMS))) == [
        "missing, run `make messages`: 'New'",
        "no longer in the sources, run `make messages`: 'Old'",
        "not translated: 'Save'",
        "not translated: '%(count)d reply'",
    ]


@pytest.mark.parametrize(
    ("message_id", "words"),
    [
        ("Hello %(name)s", "Cześć"),
        ("Hello %(name)s", "Cześć %(nazwa)s"),
        ("Hello %(name)s", "Cześć %(name)d"),
        ("{count} mails", "{liczba} maili"),
        ("%s of %s", "%s"),
        ("See <a>this</a>", "Zobacz to"),
        ("%(share)s %% done", "%(share)s % gotowe"),
        ("two\n", "dwa"),
        (TWO_FORMS, ("%(count)d a", "b", "%(count)d c")),
    ],
)
def test_a_translation_that_would_break_a_page_is_told(message_id: Any, words: Any) -> None:
    assert len(said_of(words, message_id)) == 1


def test_the_form_for_one_may_leave_the_number_unsaid_only_where_it_is_for_one_alone() -> None:
    ids = ("One reply", "%(count)d replies")

    assert said_of(("Jedna odpowiedź", "%(count)d odpowiedzi", "%(count)d odpowiedzi"), ids, "pl") == []
    # In Ukrainian the first form is also for 21, 31, …
    assert len(said_of(("Одна відповідь", "%(count)d відповіді", "%(count)d відповідей"), ids, "uk")) == 1


def test_fuzzy_entries_and_foreign_plural_rules_are_told() -> None:
    made = catalog("da", Save="Gem")
    made.get("Save").flags.add("fuzzy")
    assert list(wrong(made)) == ["marked as fuzzy: 'Save'"]

    made._plural_expr = "0"
    assert list(wrong(made)) == ["the header must say Plural-Forms: nplurals=2; plural=(n != 1);"]


def test_an_update_keeps_what_is_translated_and_a_second_one_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "po_path", lambda language: tmp_path / language / "LC_MESSAGES" / "django.po")
    catalogues.write(
        catalog("da", **{"Internal note": "Intern note", "Nobody says this": "Væk"}), catalogues.po_path("da")
    )

    call_command("update_messages", stdout=io.StringIO())
    first = catalogues.po_path("da").read_bytes()
    call_command("update_messages", stdout=io.StringIO())

    assert catalogues.po_path("da").read_bytes() == first
    made = catalogues.read(catalogues.po_path("da"))
    assert made.get("Internal note").string == "Intern note"
    assert made.get("Nobody says this") is None
    assert b"Nobody says this" not in first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["da", "nb", "pl", "uk"]


def test_every_language_says_everything_and_would_break_no_page(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_messages")

    assert capsys.readouterr().out == ""
