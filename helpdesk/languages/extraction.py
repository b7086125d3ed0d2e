"""Collects the sentences of the sources: what a catalogue must hold."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.apps import apps
from django.utils.translation.template import templatize

from helpdesk.languages import catalogues

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
MARK = ["Translators:"]  # a comment that begins so is shown to the translator
TEMPLATES = ("*.html", "*.txt")


def source_files(root: Path) -> Iterator[Path]:
    """Yield our Python files and templates, the former without migrations: their names are history."""
    folders = sorted(path for app in apps.get_app_configs() if (path := Path(app.path)).parent == root)
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)
    for pattern in TEMPLATES:
        yield from sorted((root / "templates").rglob(pattern))


def python_of(path: Path) -> bytes:
    """Return Python text that calls gettext for what the file has translated."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode()
    lines = templatize(text, origin=str(path)).splitlines()
    return "\n".join(line.lstrip() for line in lines).encode()  # indentation would have to make sense as Python


def template_catalog(root: Path = catalogues.ROOT) -> Catalog:
    """Return a catalogue with every sentence of the sources and no translation."""
    found = Catalog(domain="django", charset="utf-8")
    for path in source_files(root):
        name = path.relative_to(root).as_posix()
        for line, message, comments, context in extract(
            "python", BytesIO(python_of(path)), KEYWORDS, MARK, {"encoding": "utf-8"}
        ):
            found.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return found
