"""Sums each day anew on which a fact came, went or altered, once that day is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils.timezone import now

from reports.metrics import cells, summed_as
from reports.models import DaySum, Fact, Keeper, Span, StaleDay
from reports.reading import by_day, chains_of, facts_in
from reports.summing import LEFT_OUT, NOTHING, WEEK, WHOSE, Row, monday_of, read, together
from reports.zone import day_of, start_of

logger = structlog.get_logger(__name__)

# So many days are summed in one transaction, or so many weeks; and of those that cannot be no more are tried.
DAYS, WEEKS, TRIED = 8, 2, 24
DAY = timedelta(days=1)

Sums = dict[tuple[str, str], Row]


def note_days(days: Iterable[date]) -> None:
    """In the transaction that altered their facts: from here on these days are read from the facts."""
    StaleDay.objects.bulk_create((StaleDay(day=day) for day in sorted(set(days))), ignore_conflicts=True)


def days_behind(changed: Collection[Fact], told: Iterable[Mapping[str, Any]]) -> Iterator[date]:
    """The days of what changed, and of what the same tickets have later in the chains in which tickets count once: how
    long ago a ticket was counted before is summed as well."""
    since: dict[tuple[int, str], datetime] = {}
    for fact in changed:
        yield day_of(fact.at)
        for chain in _chains_of(fact.kind, left_out=fact.imported or fact.merged):
            one = (fact.ticket_id, chain)
            since[one] = min(since.get(one, fact.at), fact.at)
    for row in told:
        for chain in _chains_of(row["kind"], left_out=row["imported"] or row["merged"]):
            begins = since.get((row["ticket_id"], chain))
            if begins is not None and row["at"] > begins:
                yield day_of(row["at"])
                break


def _chains_of(kind: str, *, left_out: bool) -> Iterator[str]:
    if kind in _chains():
        yield str(kind)
    if left_out:
        yield LEFT_OUT


def _chains() -> frozenset[str]:
    return frozenset(str(one) for cell in cells().values() for one in cell.chains)


def days_of_flows(changed: Iterable[Span]) -> set[date]:
    """The days on which something other began or ended than before; of `changed` some went and some came."""
    found: set[tuple[object, ...]] = set()
    for span in changed:
        whose = (span.ticket_id, span.status, *(getattr(span, name) for name in WHOSE))
        # What went and came again is the same.
        found ^= {("began", span.began, *whose)}
        if span.ended:
            found ^= {("ended", span.ended, *whose)}
    return {day_of(one[1]) for one in found}  # type: ignore[arg-type]


def look_at_definitions() -> None:
    """In the keeper's transaction: where something is summed otherwise now, every day is summed anew. Facts that were
    told in another zone stay as they are until a rebuild, and no sums are read meanwhile (reports.kept)."""
    for keeper in Keeper.objects.all():
        right = keeper.summed_as == summed_as()
        zone = keeper.zone
        if zone != settings.REPORTS_ZONE and ((right and not zone) or not Fact.objects.exists()):
            zone = settings.REPORTS_ZONE
        if not right:
            every_day_is_stale()
        if not right or zone != keeper.zone:
            Keeper.objects.filter(pk=keeper.pk).update(summed_as=summed_as(), zone=zone)


def every_day() -> list[date]:
    """From the first that any fact or span knows to the running one. Spans move on days that have no fact, too."""
    facts = Fact.objects.aggregate(first=Min("at"), last=Max("at"))
    spans = Span.objects.aggregate(first=Min("began"), last=Max("began"), ended=Max("ended"))
    moments = [moment for moment in (*facts.values(), *spans.values()) if moment]
    if not moments:
        return []
    first, last = day_of(min(moments)), day_of(max(*moments, now()))
    return [first + n * DAY for n in range((last - first).days + 1)]


def every_day_is_stale() -> None:
    """And of no other day is there anything to sum, as there was where days began at another hour."""
    days = every_day()
    note_days(days)
    besides = DaySum.objects.all()
    if days:
        first, last = days[0], days[-1]
        besides = besides.filter(Q(day__lt=first, days=1) | Q(day__lt=monday_of(first)) | Q(day__gt=last))
    besides.delete()


def count_stale() -> int:
    """Sum some of the days that are over, in the keeper's transaction, and when none is left some of the weeks; how
    many. The running day stays as it is, and so does what cannot be summed: nothing else waits for it."""
    stale = StaleDay.objects.filter(day__lt=day_of(now())).order_by("-day")
    days = list(stale.values_list("day", flat=True)[:TRIED])
    for start in range(0, len(days), DAYS):
        if done := _count_what_can_be(days[start : start + DAYS]):
            return done
    return _count_weeks()


def _count_what_can_be(days: Sequence[date]) -> int:
    if _count(days):
        return len(days)
    return sum(_count([day]) for day in reversed(days)) if len(days) > 1 else 0


def _count(days: Sequence[date]) -> bool:
    """Whether all of it could be summed; else nothing of it is."""
    try:
        with transaction.atomic():
            count_days(days)
            StaleDay.objects.filter(day__in=days).delete()
    except Exception:
        logger.exception("days_not_summed", days=[str(day) for day in days])
        return False
    return True


def _count_weeks() -> int:
    """Those that were not over yet when the last of their days was summed: nothing happened on their Sunday."""
    done = 0
    for monday in _weeks_left()[:TRIED]:
        try:
            with transaction.atomic():
                _write_week(monday)
            done += 1
        except Exception:
            logger.exception("week_not_summed", monday=str(monday))
        if done == WEEKS:
            break
    return done


def _weeks_left() -> list[date]:
    """The newest first; rides day_sum_day and day_sum_once."""
    first = DaySum.objects.filter(days=1).aggregate(first=Min("day"))["first"]
    if first is None:
        return []
    begins, now_begins = monday_of(first), monday_of(day_of(now()))
    weeks = {begins + n * DAY for n in range(0, (now_begins - begins).days, WEEK)}
    weeks -= set(DaySum.objects.filter(measure="", key="", days=WEEK).values_list("day", flat=True))
    weeks -= {monday_of(day) for day in StaleDay.objects.values_list("day", flat=True)}
    return sorted(weeks, reverse=True)


def count_days(days: Sequence[date]) -> None:
    """And the weeks that are now summed as a whole."""
    mondays = sorted({monday_of(day) for day in days})
    DaySum.objects.filter(days=1, day__in=days).delete()
    DaySum.objects.filter(days=WEEK, day__in=mondays).delete()
    for day in days:
        _write(day, 1, sums_of(day))
    for monday in mondays:
        week = [monday + n * DAY for n in range(WEEK)]
        if week[-1] < day_of(now()) and not StaleDay.objects.filter(day__in=week).exclude(day__in=days).exists():
            _write_week(monday)


def _write_week(monday: date) -> None:
    _write(monday, WEEK, {("", ""): NOTHING, **sums_of_week(monday)})


def _write(day: date, days: int, sums: Sums) -> None:
    DaySum.objects.bulk_create(
        (
            DaySum(day=day, days=days, measure=name, key=key, told=row.told(), values=row.packed())
            for (name, key), row in sums.items()
        ),
        batch_size=200,
    )


def sums_of_week(monday: date) -> Sums:
    """Put together from what is kept of its days."""
    rows = DaySum.objects.filter(days=1, day__gte=monday, day__lt=monday + WEEK * DAY).order_by("day")
    found: dict[tuple[str, str], list[tuple[date, Row]]] = defaultdict(list)
    for name, key, day, told, values in rows.values_list("measure", "key", "day", "told", "values"):
        found[name, key].append((day, read(told, values)))
    return {place: together(monday, some) for place, some in found.items()}


def sums_of(day: date) -> Sums:
    """By measure and slice, from one reading of the facts of that day."""
    defined = cells()
    piece = (start_of(day), start_of(day + DAY))
    facts = facts_in({kind for cell in defined.values() for kind in cell.kinds}, [piece])
    chains = {kind: chains_of(kind, [piece]) for kind in _chains()}
    found: Sums = {}
    for one in by_day(facts, chains).values():
        rows = {(name, key): one.row(cell, key) for name, cell in defined.items() for key in cell.keys}
        found |= {place: row for place, row in rows.items() if row is not None}
    return found
