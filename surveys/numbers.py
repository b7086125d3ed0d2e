"""What answers come to: share of 4 and 5, average, share of 1 and 2, response rate; each from the surveys given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, Q

from surveys.models import GOOD, LOW, State
from surveys.wilson import wilson

if TYPE_CHECKING:
    from surveys.querysets import SurveyQuerySet


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by the day on which the mail was sent: who answers late counts where the question does."""

    sent: int
    answered: int
    good: int
    low: int
    average: float | None

    @property
    def percent(self) -> int | None:
        """Answers of 4 and 5 among all answers; None where nobody answered."""
        return _percent(self.good, self.answered)

    @property
    def interval(self) -> tuple[int, int]:
        """Between which percentages the true share lies, as sure as 95 %."""
        least, most = wilson(self.good, self.answered)
        return round(least * 100), round(most * 100)


def tally(surveys: SurveyQuerySet) -> Tally:
    """One statement, of what reports count as well."""
    answered = Q(state=State.ANSWERED)
    found = (
        surveys.sent()
        .counted()
        .aggregate(
            sent=Count("pk"),
            answered=Count("pk", filter=answered),
            good=Count("pk", filter=answered & Q(score__in=GOOD)),
            low=Count("pk", filter=answered & Q(score__in=LOW)),
            average=Avg("score", filter=answered),
        )
    )
    return Tally(**found)


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
