"""Every arithmetic case that other systems published gives the same answer here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sla.calendar import BusinessTime, Schedule
from tests.sla import corpus

# A case that contradicts our semantics, and why; there is none so far.
CONTRADICTS: dict[str, str] = {}


def answer(hours: BusinessTime, case: dict[str, Any]) -> Any:
    def at(key: str) -> datetime:
        return datetime.fromisoformat(case[key])

    match case["op"]:
        case "between":
            return hours.between(at("start"), at("end"))
        case "add":
            return hours.add(at("start"), case["business_seconds"])
        case "subtract":
            return hours.subtract(at("start"), case["business_seconds"])
        case "next_open":
            return hours.next_opening(at("at"))
        case "is_open":
            return hours.is_open(at("at"))
    raise AssertionError(f"A case of another kind: {case}")


def test_every_published_arithmetic_case_holds() -> None:
    calendars = corpus.read("arithmetic.json")

    ran, differ = 0, []
    for calendar in calendars:
        hours = BusinessTime(corpus.schedule_of(calendar))
        for case in calendar["cases"]:
            if case["id"] in CONTRADICTS:
                continue
            expected = case.get("expect_seconds", case.get("expect"))
            if isinstance(expected, str):
                expected = datetime.fromisoformat(expected).astimezone(UTC)
            ran += 1
            if (found := answer(hours, case)) != expected:
                differ.append((case["id"], case["op"], str(found), str(expected)))

    print(f"{ran} arithmetic cases ran, {len(CONTRADICTS)} left out.")
    assert not differ
    assert ran == sum(len(calendar["cases"]) for calendar in calendars) - len(CONTRADICTS) > 0


def test_two_schedules_one_after_the_other_add_up() -> None:
    given = corpus.read("two_schedules.json")
    hours = {
        name: BusinessTime(
            Schedule(given["timezone"], tuple(corpus.intervals(weekly.get(day, [])) for day in corpus.DAYS))
        )
        for name, weekly in given["schedules"].items()
    }

    spans = [
        hours[span["schedule"]].between(datetime.fromisoformat(span["from"]), datetime.fromisoformat(span["to"]))
        for span in given["spans"]
    ]

    assert spans == [span["expect_seconds"] for span in given["spans"]]
    assert sum(spans) == given["expect_seconds_total"]
