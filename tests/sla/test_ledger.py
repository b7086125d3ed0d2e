"""The account of a clock: every second once, with its reason, and the total is what the clock says it used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.ledger import MOST_LINES, ledger, used
from sla.schedules import clockwork
from tests.sla.chains import WORKDAYS, chain, hours, legs_of, policy

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("Europe/Copenhagen")


def at(day: int, hour: int, minute: int = 0, month: int = 12, second: int = 0, year: int = 2025) -> datetime:
    """In Copenhagen."""
    return datetime(year, month, day, hour, minute, second, tzinfo=HERE)


def told(lines):
    return [
        (f"{line.begins.astimezone(HERE):%a %H:%M}", f"{line.ends.astimezone(HERE):%a %H:%M}", line.why, line.seconds)
        for line in lines
    ]


def test_a_leg_is_parted_at_opening_hours_and_holidays(ticket):
    clock = chain(ticket, policy(), hours(country="DK", categories=["public"]), (at(23, 15), "open", True))

    lines = ledger(legs_of(clock), at(29, 10))

    assert told(lines) == [
        ("Tue 15:00", "Tue 17:00", "within opening hours", 7200),
        ("Tue 17:00", "Wed 09:00", "outside opening hours", 0),
        ("Wed 09:00", "Wed 17:00", "within opening hours", 28800),
        ("Wed 17:00", "Thu 00:00", "outside opening hours", 0),
        ("Thu 00:00", "Fri 00:00", "holiday: Christmas Day", 0),
        ("Fri 00:00", "Sat 00:00", "holiday: Second Day of Christmas", 0),
        ("Sat 00:00", "Mon 09:00", "outside opening hours", 0),
        ("Mon 09:00", "Mon 10:00", "within opening hours", 3600),
    ]
    assert [line.total for line in lines] == [7200, 7200, 36000, 36000, 36000, 36000, 36000, 39600]
    assert [line.open for line in lines] == [False] * 7 + [True]


def test_what_stands_still_is_one_line_with_its_reason(ticket):
    version = policy()
    clock = chain(
        ticket,
        version,
        hours(),
        (at(1, 8), "new", False, {"reason": "no_policy", "policy_version": None}),
        (at(1, 10), "open", True),
        (at(1, 12), "pending", False),
        (at(2, 12), "on_hold", False),
        (at(2, 13), "new", False),
        (at(2, 14), "open", True),
        (at(2, 15), "solved", False),
        ended_at=at(3, 15),
    )

    lines = ledger(legs_of(clock), at(20, 12))

    assert [(line.why, line.kind, line.seconds) for line in lines] == [
        ("no policy in force", "stood", 0),
        ("within opening hours", "counted", 7200),
        ("pending: waiting for the customer", "stood", 0),
        ("on hold: waiting for a third party", "stood", 0),
        ("the policy lets it stand still in this state", "stood", 0),
        ("within opening hours", "counted", 3600),
        ("solved", "stood", 0),
    ]
    assert lines[-1].total == clock.used_seconds == 10800
    assert not lines[-1].open
    assert [line.leg.position for line in lines if line.leg] == [1, 2, 3, 4, 5, 6, 7]


def test_the_wall_clock_counts_day_and_night(ticket):
    clock = chain(ticket, policy(), None, (at(27, 23), "open", True))

    (line,) = ledger(legs_of(clock), at(28, 1))

    assert (line.why, line.seconds, line.open) == ("counted day and night", 7200, True)


def test_a_leg_that_has_just_begun_has_a_line_without_time(ticket):
    clock = chain(ticket, policy(), hours(), (at(1, 10), "open", True))

    lines = ledger(legs_of(clock), at(1, 10))

    assert [(line.begins, line.ends, line.seconds, line.open) for line in lines] == [(at(1, 10), at(1, 10), 0, True)]


def test_between_two_seconds_nothing_is_told(ticket):
    clock = chain(ticket, policy(), hours(), (at(1, 10), "open", True))

    lines = ledger(legs_of(clock), at(1, 10, 5) + timedelta(microseconds=999_999))

    assert [(line.why, line.seconds, line.open) for line in lines] == [("within opening hours", 300, True)]


def test_a_long_leg_is_told_by_the_days_of_the_reader(ticket):
    clock = chain(ticket, policy(), hours(), (at(1, 12), "open", True))

    with timezone.override(HERE):
        lines = ledger(legs_of(clock), at(23, 12))

    assert len(lines) <= MOST_LINES
    assert told(lines)[:3] == [
        ("Mon 12:00", "Tue 00:00", "within opening hours", 18000),
        ("Tue 00:00", "Wed 00:00", "within opening hours", 28800),
        ("Wed 00:00", "Thu 00:00", "within opening hours", 28800),
    ]
    assert told(lines)[5] == ("Sat 00:00", "Mon 00:00", "outside opening hours", 0)
    assert all(line.summed for line in lines)
    assert lines[-1].total == used(legs_of(clock), at(23, 12))


@pytest.mark.parametrize(("days", "most"), [(30, 35), (60, 11), (400, 60), (430, 16), (3000, 101)])
def test_however_long_it_took_its_account_can_be_read(ticket, days, most):
    begins = at(3, 12, month=1, year=2020)
    clock = chain(ticket, policy(), hours(country="DK", categories=["public"]), (begins, "open", True))
    now = begins + timedelta(days=days)

    lines = ledger(legs_of(clock), now)

    assert len(lines) <= most
    assert lines[-1].total == used(legs_of(clock), now)
    assert [line.ends for line in lines[:-1]] == [line.begins for line in lines[1:]]


def test_a_holiday_between_two_weekends_is_named_in_a_folded_account(ticket):
    clock = chain(ticket, policy(), hours(closed_days={"2025-12-22": "Stocktaking"}), (at(1, 12), "open", True))

    with timezone.override(HERE):
        lines = ledger(legs_of(clock), at(30, 12))

    assert ("Mon 00:00", "Tue 00:00", "holiday: Stocktaking", 0) in told(lines)


ZONES = ("Europe/Copenhagen", "Asia/Kathmandu", "Africa/Cairo", "America/Santiago", "UTC")
minutes = st.integers(0, 60 * 24 * 100)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    reader=st.sampled_from(ZONES),
    cuts=st.lists(st.tuples(minutes, st.integers(0, 59)), min_size=2, max_size=7, unique=True),
    running=st.lists(st.booleans(), min_size=7, max_size=7),
    night=st.booleans(),
)
def test_every_second_stands_in_one_line_and_the_total_is_what_was_used(ticket, zone, reader, cuts, running, night):
    """Also over the days on which clocks are set, and for desks that are open over midnight."""
    weekly = [[[0, 360], [1320, 1440]]] * 7 if night else WORKDAYS
    calendar = hours(weekly, zone, closed_days={"2026-03-30": "Shut", "2026-04-01": "Shut"})
    moments = sorted(datetime(2026, 2, 20, tzinfo=UTC) + timedelta(minutes=m, seconds=s) for m, s in cuts)
    ticket.sla_clocks.all().delete()
    clock = chain(ticket, policy(), calendar, *[(m, "open", run) for m, run in zip(moments, running, strict=False)])
    now = moments[-1] + timedelta(days=9, seconds=11)

    with timezone.override(reader):
        lines = ledger(legs_of(clock), now)

    assert lines[0].begins == moments[0]
    assert lines[-1].ends == now
    assert [line.ends for line in lines[:-1]] == [line.begins for line in lines[1:]]
    assert lines[-1].total == sum(line.seconds for line in lines) == used(legs_of(clock), now)
    work = clockwork(calendar.pk)
    for line in lines:
        assert line.seconds == (work.between(line.begins, line.ends) if line.kind != "stood" else 0)
        assert (line.kind == "counted") >= (line.seconds > 0)
