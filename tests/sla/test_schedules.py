"""A calendar's rows become business time: holidays by country, closed days, one-off hours, versions in force."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from sla import public_holidays
from sla.calendar import WALL_CLOCK
from sla.models import Calendar, CalendarVersion
from sla.schedules import clockwork, version_in_force

pytestmark = pytest.mark.django_db

OFFICE = [[[540, 1020]]] * 5 + [[], []]
BOXING_DAY = date(2025, 12, 26)  # a Friday
HOUR = 3600


def version(calendar: Calendar | None = None, **columns: Any) -> CalendarVersion:
    calendar = calendar or Calendar.objects.create(name="Support")
    given = {"zone": "Europe/Copenhagen", "weekly": OFFICE, "in_force_from": datetime(2025, 1, 1, tzinfo=UTC)} | columns
    return CalendarVersion.objects.create(calendar=calendar, number=calendar.versions.count() + 1, **given)


def at(day: int, hour: int, month: int = 12) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=UTC)


def test_a_clock_without_a_calendar_runs_by_the_wall_clock() -> None:
    assert clockwork(None) is WALL_CLOCK


def test_hours_are_those_of_the_calendars_zone() -> None:
    hours = clockwork(version().pk)

    assert hours.next_opening(at(1, 0)) == at(1, 8)  # 09:00 in Copenhagen
    assert hours.between(at(1, 0), at(2, 0)) == 8 * HOUR


def test_a_version_is_read_from_the_database_once_in_the_life_of_a_process() -> None:
    made = version()
    clockwork(made.pk)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        again = clockwork(made.pk)

    assert len(asked) == 0
    assert again is clockwork(made.pk)


def test_a_number_that_a_rolled_back_version_had_is_not_remembered() -> None:
    calendar = Calendar.objects.create(name="Support")
    with pytest.raises(RuntimeError), transaction.atomic():
        gone = version(calendar, zone="Asia/Tokyo")
        assert clockwork(gone.pk).next_opening(at(1, 1)) == at(1, 1)
        raise RuntimeError
    kept = version(calendar, pk=gone.pk)

    assert clockwork(kept.pk).next_opening(at(1, 1)) == at(1, 8)


def test_a_public_holiday_is_closed_and_told_in_the_readers_language() -> None:
    hours = clockwork(version(country="DK", categories=["public"]).pk)

    assert hours.between(at(24, 16), at(29, 8)) == 0
    for language, name in (
        ("da", "Anden juledag"),
        ("en", "Second Day of Christmas"),
        ("uk", "Другий день Різдва"),
        ("pl", "Anden juledag"),  # the library has no Polish for Denmark: the country's own words
    ):
        with override(language):
            assert hours.closed_because(BOXING_DAY) == name


def test_a_norwegian_reads_norwegian_names() -> None:
    hours = clockwork(version(country="NO", zone="Europe/Oslo", categories=["public"]).pk)

    with override("nb"):
        assert hours.closed_because(date(2026, 4, 3)) == "Langfredag"


def test_the_days_that_ukraine_made_working_days_can_be_closed_all_the_same() -> None:
    easter = date(2026, 4, 12)
    public = clockwork(version(country="UA", zone="Europe/Kyiv", categories=["public"]).pk)
    also = clockwork(
        version(
            Calendar.objects.create(name="Kyiv"), country="UA", zone="Europe/Kyiv", categories=["public", "workday"]
        ).pk
    )

    assert public.closed_because(easter) is None
    assert also.closed_because(easter) == "Easter Sunday (Pascha)"
    assert public_holidays.usual_kinds("UA") == ["public", "workday"]
    assert public_holidays.usual_kinds("DK") == ["public"]


def test_optional_days_are_closed_only_when_chosen() -> None:
    christmas_eve = date(2025, 12, 24)
    chosen = version(country="DK", categories=["public", "optional"])
    plain = version(Calendar.objects.create(name="Plain"), country="DK", categories=["public"])

    assert clockwork(plain.pk).closed_because(christmas_eve) is None
    assert clockwork(chosen.pk).closed_because(christmas_eve) == "Christmas Eve"


def test_holidays_of_a_region_are_closed_there_only() -> None:
    epiphany = date(2026, 1, 6)
    bavaria = version(country="DE", subdivision="BY", zone="Europe/Berlin", categories=["public"])
    berlin = version(
        Calendar.objects.create(name="Berlin"), country="DE", subdivision="BE", zone="Europe/Berlin",
        categories=["public"],
    )  # fmt: skip

    assert clockwork(bavaria.pk).closed_because(epiphany) == "Epiphany"
    assert clockwork(berlin.pk).closed_because(epiphany) is None


def test_an_own_closed_day_is_told_by_its_own_name_and_wins_over_the_holidays() -> None:
    hours = clockwork(
        version(country="DK", categories=["public"], closed_days={"2025-12-26": "Stocktaking", "2025-12-29": ""}).pk
    )

    assert hours.closed_because(BOXING_DAY) == "Stocktaking"
    assert hours.closed_because(date(2025, 12, 29)) == "Closed"
    assert not hours.is_open(at(29, 10))


def test_a_one_off_opening_wins_over_a_holiday() -> None:
    hours = clockwork(version(country="DK", categories=["public"], openings={"2025-12-26": [[600, 720]]}).pk)

    assert hours.closed_because(BOXING_DAY) is None
    assert hours.between(at(26, 0), at(27, 0)) == 2 * HOUR


def test_what_the_library_learns_later_changes_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    made = version(country="DK", categories=["public"])
    monkeypatch.setattr(public_holidays, "names", lambda *_: {date(2025, 12, 1): "A new holiday"})

    hours = clockwork(made.pk)

    assert hours.is_open(at(1, 10))
    assert not hours.is_open(at(26, 10))
    assert hours.closed_because(BOXING_DAY) == "Public holiday"


def test_a_country_nobody_knows_has_no_holidays() -> None:
    assert version(country="XX", categories=["public"]).holidays == []


def test_a_version_can_never_be_changed() -> None:
    made = version()
    made.zone = "Asia/Tokyo"

    with pytest.raises(TypeError, match="never altered"):
        made.save()

    assert CalendarVersion.objects.get(pk=made.pk).zone == "Europe/Copenhagen"


def test_the_version_in_force_is_the_newest_that_had_begun() -> None:
    calendar = Calendar.objects.create(name="Support")
    first = version(calendar, in_force_from=at(1, 0, month=3))
    second = version(calendar, in_force_from=at(1, 0, month=6))

    assert version_in_force(calendar, at(1, 0, month=4)) == first
    assert version_in_force(calendar, at(1, 0, month=6)) == second
    assert version_in_force(calendar, at(1, 0, month=1)) == first  # before anything was said
    with pytest.raises(CalendarVersion.DoesNotExist):
        version_in_force(Calendar.objects.create(name="Empty"), at(1, 0))
