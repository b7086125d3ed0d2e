"""Business time in named situations: clock changes, holidays, nights, strange zones, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla.calendar import WALL_CLOCK, BusinessTime, Clockwork, NoOpening, OutOfReach, Schedule

NINE_TO_FIVE = ((540, 1020),)
OFFICE = (*[NINE_TO_FIVE] * 5, (), ())
EVERY_DAY = (NINE_TO_FIVE,) * 7
ALWAYS = (((0, 1440),),) * 7
NIGHTS = (((0, 360), (1320, 1440)),) * 7
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
HOUR = 3600


def office(zone: str = "Europe/Copenhagen", **more: object) -> BusinessTime:
    return BusinessTime(Schedule(zone, OFFICE, **more))  # type: ignore[arg-type]


def at(text: str, zone: ZoneInfo = COPENHAGEN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-07-01"])
def test_nine_to_five_is_eight_hours_on_both_days_of_a_clock_change(day: str) -> None:
    hours = BusinessTime(Schedule("Europe/Copenhagen", EVERY_DAY))

    assert hours.between(at(f"{day}T00:00"), at(f"{day}T23:59:59")) == 8 * HOUR
    assert hours.add(at(f"{day}T09:00"), 8 * HOUR) == at(f"{day}T17:00")


@pytest.mark.parametrize(("day", "real"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)])
def test_an_interval_over_the_clock_change_is_as_long_as_it_really_was(day: str, real: int) -> None:
    hours = BusinessTime(Schedule("Europe/Copenhagen", ALWAYS))
    tomorrow = at(day + "T00:00") + timedelta(days=1)

    assert hours.between(at(f"{day}T00:00"), tomorrow) == real * HOUR


def test_a_boundary_that_the_clock_never_showed_moves_to_the_moment_of_the_change() -> None:
    opens_in_the_gap = BusinessTime(Schedule("Europe/Copenhagen", (((150, 300),),) * 7))
    closes_in_the_gap = BusinessTime(Schedule("Europe/Copenhagen", (((0, 150),),) * 7))
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)

    assert list(opens_in_the_gap.open_spans(change - timedelta(hours=2), change + timedelta(hours=9))) == [
        (change, change + timedelta(hours=2))
    ]
    assert closes_in_the_gap.next_closing(change - timedelta(hours=1)) == change


def test_of_a_boundary_that_the_clock_showed_twice_the_first_counts() -> None:
    hours = BusinessTime(Schedule("Europe/Copenhagen", (((0, 150),),) * 7))
    first_half_past_two = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert hours.next_closing(at("2026-10-25T00:00")) == first_half_past_two
    assert not hours.is_open(first_half_past_two + timedelta(hours=1))  # the second half past two


def test_a_day_that_begins_at_one_o_clock_loses_its_first_hour() -> None:
    beirut, hours = ZoneInfo("Asia/Beirut"), BusinessTime(Schedule("Asia/Beirut", (((0, 120),),) * 7))

    assert hours.between(at("2024-03-31T00:00", beirut), at("2024-04-01T00:00", beirut)) == HOUR


def test_a_day_that_ends_twice_closes_when_the_next_day_really_begins() -> None:
    santiago, hours = ZoneInfo("America/Santiago"), BusinessTime(Schedule("America/Santiago", (((1320, 1440),),) * 7))

    assert hours.between(at("2024-04-06T12:00", santiago), at("2024-04-07T12:00", santiago)) == 3 * HOUR
    assert hours.next_closing(at("2024-04-06T22:30", santiago)) == at("2024-04-07T00:00", santiago)


def test_a_day_that_a_country_skipped_has_no_business_time() -> None:
    apia, hours = ZoneInfo("Pacific/Apia"), BusinessTime(Schedule("Pacific/Apia", EVERY_DAY))

    assert hours.between(at("2011-12-29T17:00", apia), at("2011-12-31T09:00", apia)) == 0
    assert hours.add(at("2011-12-29T16:00", apia), 2 * HOUR) == at("2011-12-31T10:00", apia)


def test_half_an_hour_of_clock_change_is_half_an_hour() -> None:
    zone, hours = ZoneInfo("Australia/Lord_Howe"), BusinessTime(Schedule("Australia/Lord_Howe", ALWAYS))

    assert hours.between(at("2024-10-06T00:00", zone), at("2024-10-07T00:00", zone)) == 23.5 * HOUR
    assert hours.between(at("2024-04-07T00:00", zone), at("2024-04-08T00:00", zone)) == 24.5 * HOUR


def test_a_zone_that_is_off_by_half_an_hour_opens_on_its_own_wall_clock() -> None:
    assert office("Asia/Kolkata").next_opening(datetime(2026, 3, 2, tzinfo=UTC)) == datetime(
        2026, 3, 2, 3, 30, tzinfo=UTC
    )


def test_a_night_shift_runs_on_over_midnight_and_over_new_year() -> None:
    hours = BusinessTime(Schedule("Europe/Copenhagen", NIGHTS))

    assert hours.add(at("2026-12-31T22:00"), 8 * HOUR) == at("2027-01-01T06:00")
    assert hours.next_closing(at("2026-12-31T23:00")) == at("2027-01-01T06:00")
    assert list(hours.open_spans(at("2026-12-31T12:00"), at("2027-01-01T12:00"))) == [
        (at("2026-12-31T22:00").astimezone(UTC), at("2027-01-01T06:00").astimezone(UTC))
    ]


def test_a_ticket_opened_outside_hours_starts_to_count_when_the_desk_opens() -> None:
    friday_evening, monday = at("2026-11-20T18:30"), at("2026-11-23T09:00")

    assert office().add(friday_evening, HOUR) == monday + timedelta(hours=1)
    assert office().next_opening(friday_evening) == monday
    assert office().between(friday_evening, monday) == 0


def test_time_is_up_at_closing_and_not_at_the_next_opening() -> None:
    assert office().add(at("2026-11-20T16:00"), HOUR) == at("2026-11-20T17:00")
    assert office().subtract(at("2026-11-23T10:00"), HOUR) == at("2026-11-23T09:00")


def test_nothing_added_outside_hours_is_the_moment_itself() -> None:
    assert office().add(at("2026-11-21T12:00"), 0) == at("2026-11-21T12:00")
    assert office().subtract(at("2026-11-21T12:00"), 0) == at("2026-11-21T12:00")


def test_a_negative_amount_goes_the_other_way() -> None:
    assert office().add(at("2026-11-23T10:00"), -2 * HOUR) == at("2026-11-20T16:00")
    assert office().subtract(at("2026-11-20T16:00"), -2 * HOUR) == at("2026-11-23T10:00")


def test_a_target_longer_than_a_week_runs_over_holidays_and_new_year() -> None:
    hours = office(
        closed={date(2026, 12, 24): "Juleaften", date(2026, 12, 25): "1. juledag", date(2027, 1, 1): "Nytår"}
    )

    assert hours.add(at("2026-12-21T09:00"), 80 * HOUR) == at("2027-01-06T17:00")


def test_a_closed_day_has_a_name_and_other_days_have_none() -> None:
    hours = office(closed={date(2026, 12, 25): "1. juledag"})

    assert hours.closed_because(date(2026, 12, 25)) == "1. juledag"
    assert hours.closed_because(date(2026, 12, 26)) is None
    assert not hours.is_open(at("2026-12-25T10:00"))


def test_a_one_off_opening_replaces_the_hours_of_its_day_and_wins_over_a_holiday() -> None:
    day = date(2026, 12, 25)
    hours = office(closed={day: "1. juledag"}, openings={day: ((600, 720),)})

    assert hours.between(at("2026-12-25T00:00"), at("2026-12-26T00:00")) == 2 * HOUR
    assert hours.closed_because(day) is None


def test_every_moment_is_cut_to_its_second() -> None:
    late = at("2026-11-20T10:00:00").replace(microsecond=999_999)

    assert office().add(late, 60) == at("2026-11-20T10:01:00")
    assert office().between(late, at("2026-11-20T10:00:01")) == 1


def test_there_is_no_time_between_a_moment_and_an_earlier_one() -> None:
    assert office().between(at("2026-11-20T12:00"), at("2026-11-20T10:00")) == 0
    assert list(office().open_spans(at("2026-11-20T12:00"), at("2026-11-20T10:00"))) == []


def test_answers_are_in_utc() -> None:
    assert office().add(at("2026-11-20T10:00"), 60).tzinfo is UTC


@pytest.mark.parametrize("clock", [office(), WALL_CLOCK])
def test_a_moment_without_a_zone_is_refused(clock: Clockwork) -> None:
    with pytest.raises(TypeError):
        clock.between(datetime(2026, 11, 20, 10), datetime(2026, 11, 20, 11))


def test_a_desk_that_never_opens_is_told_rather_than_searched_for_ever() -> None:
    hours = BusinessTime(Schedule("UTC", ((),) * 7))

    for ask in (hours.next_opening, lambda t: hours.add(t, 1), lambda t: hours.subtract(t, 1)):
        with pytest.raises(NoOpening):
            ask(datetime(2026, 1, 1, tzinfo=UTC))


def test_an_opening_nine_years_ahead_is_found_and_one_twelve_years_ahead_is_not() -> None:
    def only(year: int) -> BusinessTime:
        return BusinessTime(Schedule("UTC", ((),) * 7, openings={date(year, 6, 1): NINE_TO_FIVE}))

    start = datetime(2026, 1, 1, tzinfo=UTC)

    assert only(2035).add(start, HOUR) == datetime(2035, 6, 1, 10, tzinfo=UTC)
    with pytest.raises(NoOpening):
        only(2038).add(start, HOUR)
    with pytest.raises(NoOpening):
        only(2035).add(start, 9 * HOUR)  # more than that one day has


def test_a_desk_that_never_closes_has_no_next_closing() -> None:
    assert BusinessTime(Schedule("Europe/Copenhagen", ALWAYS)).next_closing(at("2026-11-20T10:00")) is None


def test_moments_no_ticket_can_have_are_refused_and_not_laid_out() -> None:
    with pytest.raises(OutOfReach):
        office().between(datetime(2, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


def test_the_wall_clock_is_always_open() -> None:
    friday, monday = at("2026-11-20T18:00"), at("2026-11-23T18:00")

    assert WALL_CLOCK.between(friday, monday) == 72 * HOUR
    assert WALL_CLOCK.between(monday, friday) == 0
    assert WALL_CLOCK.add(friday, 72 * HOUR) == monday
    assert WALL_CLOCK.subtract(monday, 72 * HOUR) == friday
    assert WALL_CLOCK.is_open(friday)
    assert WALL_CLOCK.next_opening(friday) == friday
    assert WALL_CLOCK.next_closing(friday) is None
    assert list(WALL_CLOCK.open_spans(friday, monday)) == [(friday, monday)]
    assert WALL_CLOCK.closed_because(date(2026, 12, 25)) is None


@pytest.mark.parametrize("wrong", [(0, 1441), (-1, 60), (600, 600), (700, 600)])
def test_minutes_that_no_day_has_are_refused(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="Not minutes of a day"):
        Schedule("UTC", ((wrong,), *[()] * 6))


def test_a_schedule_cannot_be_changed_from_outside_and_equal_ones_are_one_key() -> None:
    closed = {date(2026, 12, 25): "1. juledag"}
    schedule = Schedule("UTC", OFFICE, closed)

    closed[date(2026, 12, 26)] = "2. juledag"

    assert BusinessTime(schedule).closed_because(date(2026, 12, 26)) is None
    assert {schedule: 1}[Schedule("UTC", OFFICE, {date(2026, 12, 25): "1. juledag"})] == 1
