"""Where the published cases of other systems stand, and how one of their calendars becomes a Schedule of ours."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sla.calendar import Schedule

FOLDER = Path(os.environ.get("HELPDESK_CORPUS") or Path(__file__).resolve().parents[3] / "shared" / "corpus") / "sla"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Intervals = tuple[tuple[int, int], ...]


def read(name: str) -> Any:
    if not (FOLDER / name).exists():
        pytest.skip(f"The corpus of SLA cases is not beside this checkout ({name} is missing).")
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def schedule_of(given: dict[str, Any]) -> Schedule:
    weekly = tuple(intervals(given["weekly_hours"].get(day, [])) for day in DAYS)
    openings = {date.fromisoformat(day): intervals(hours) for day, hours in given.get("date_hours", {}).items()}
    for day, breaks in given.get("breaks", {}).items():
        on = date.fromisoformat(day)
        openings[on] = without(openings.get(on, weekly[on.weekday()]), intervals(breaks))
    closed = {date.fromisoformat(day): "Closed" for day in given.get("holidays", [])}
    return Schedule(given["timezone"], weekly, closed, openings)


def intervals(hours: list[list[str]]) -> Intervals:
    return tuple((minute(opens), minute(closes)) for opens, closes in hours)


def minute(clock: str) -> int:
    hours, minutes = clock.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def without(hours: Intervals, breaks: Intervals) -> Intervals:
    """The hours less the breaks: what "closed from 10:00 to 11:30 that day" leaves."""
    left = list(hours)
    for start, end in breaks:
        left = [
            piece
            for opens, closes in left
            for piece in ((opens, min(closes, start)), (max(opens, end), closes))
            if piece[0] < piece[1]
        ]
    return tuple(sorted(left))
