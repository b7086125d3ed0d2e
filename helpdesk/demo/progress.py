"""How far the demo is told: a file beside the data, which the start and every page look at until it is gone."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from django.conf import settings


class Progress(NamedTuple):
    """Of so many tickets, how many are open to be read."""

    opened: int
    tickets: int


def _file() -> Path:
    path: Path = settings.DATA_DIR / "demo.unfinished"
    return path


def note(opened: int, tickets: int) -> None:
    """Written beside and put in place, so that nobody reads half of it."""
    fresh = _file().with_suffix(".new")
    fresh.write_text(f"{opened} {tickets}\n", encoding="ascii")
    fresh.replace(_file())


def finish() -> None:
    _file().unlink(missing_ok=True)


def standing() -> Progress | None:
    """None when no demo was begun, or it is told to its end."""
    try:
        opened, tickets = _file().read_text(encoding="ascii").split()
        return Progress(int(opened), int(tickets))
    except (OSError, ValueError):
        return Progress(0, 0) if _file().exists() else None
