"""Reads, writes and compiles the catalogues in locale/, so that a fresh machine needs no gettext for its words."""

import os
import re
import tempfile
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "locale"
SOURCE_LANGUAGE = "en"  # what stands in the sources; it needs no catalogue
# Header lines that say nothing here, or something else with every version of Babel.
UNTOLD = re.compile(
    rb'^"(Project-Id-Version|Report-Msgid-Bugs-To|Last-Translator|Language-Team|Generated-By): .*"\n', re.MULTILINE
)


def po_path(language: str, folder: Path = LOCALE) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def read(path: Path) -> Catalog:
    """Read one catalogue; a broken line raises `babel.messages.pofile.PoFileError`."""
    language = path.parents[1].name
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django", abort_invalid=True)


def write(catalog: Catalog, path: Path) -> None:
    """Write a catalogue: files without line numbers, so that a moved line is no difference."""
    out = BytesIO()
    write_po(out, catalog, width=120, include_lineno=False, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, UNTOLD.sub(b"", out.getvalue()))


def compile_stale(folder: Path = LOCALE) -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; return what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            replace(target, compiled(read(source)))
            written.append(target)
    return written


def compiled(catalog: Catalog) -> bytes:
    """Return the compiled form. What is not translated is left out, so that the reader gets the English words."""
    for message in [message for message in catalog if message.id and not is_translated(message)]:
        catalog.delete(message.id, message.context)
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def is_translated(message: Message) -> bool:
    """Whether every form of the message has words."""
    return all(forms(message))


def forms(message: Message) -> list[str]:
    """The translated forms: one, or as many as the language has plurals."""
    return [message.string or ""] if isinstance(message.string, str | None) else [form or "" for form in message.string]


def ids(message: Message) -> list[str]:
    """The source forms: one, or singular and plural."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def replace(path: Path, content: bytes) -> None:
    """Put the file there whole: test processes and servers that start at the same time never read half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)
