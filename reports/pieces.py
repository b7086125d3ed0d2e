"""Pieces of a figure that open to their tickets like the figure itself: a bar, the misses of a share, one score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from reports.counting import Rows
from reports.kpi import COUNT, EITHER, SECONDS, Kpi
from reports.measures import Measure, Share, Spread
from reports.scales import BAR_WORDS, BARS, COUNT_WORDS, COUNTS, within
from sla.breach_pareto import UNKNOWN
from sla.models import BreachCause, Escalation, Metric
from surveys.models import Reason
from surveys.wording import SCALE

if TYPE_CHECKING:
    from reports.selection import Selection


@dataclass(frozen=True)
class Piece(Rows):
    """Those rows of a whole for which something holds."""

    whole: Measure
    where: Q
    tickets: bool = False

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return self.whole.rows(asked).filter(self.where)


@dataclass(frozen=True)
class Unbroken(Rows):
    """The promises of tickets on which none of them was broken."""

    whole: Measure

    def rows(self, asked: Selection) -> QuerySet[Any]:
        rows = self.whole.rows(asked)
        return rows.exclude(ticket__in=rows.filter(hit=True).order_by().values("ticket"))


BROKEN = _("Tickets with a broken promise")
BROKEN_MEANS = _(
    "Tickets on which a promise was broken, of all tickets with a promise that was kept or broken in the range."
)
SCORES = ("1", "2", "3", "4", "5")
_Found = tuple[str | Promise, Piece]
_Words = str | Promise

_KEPT: tuple[_Words, _Words] = (_("kept"), _("broken"))
# Of a share what counts, and what does not.
SIDES: dict[str, tuple[_Words, _Words]] = {
    **{f"sla_{metric}": _KEPT for metric in Metric.values},
    "hand_back_rate": (_("handed back"), _("not handed back")),
    "one_touch": (_("with one reply"), _("with none or several replies")),
    "first_contact": (_("at first contact"), _("not at first contact")),
    "reopen_rate": (_("reopened"), _("not reopened")),
    "csat": (_("4 and 5"), _("below 4")),
    "csat_low": (_("1 and 2"), _("above 2")),
    "csat_response": (_("answered"), _("not answered")),
    "escalation_rate": (_("escalations"), _("tickets created")),
}


def piece_of(kpi: Kpi, name: str) -> Kpi | None:
    """By its name after the point; None when the figure has no such piece."""
    kind, _sep, what = name.partition("-")
    asked = _KINDS.get(kind)
    found = asked(kpi, what) if asked else None
    if found is None:
        return None
    words, piece = found
    whole, definition = (BROKEN, BROKEN_MEANS) if kind in ("broken", "cause") else (kpi.name, kpi.definition)
    label = format_lazy("{figure}: {piece}", figure=whole, piece=words) if words else whole
    return Kpi(f"{kpi.key}.{name}", label, COUNT, EITHER, definition, lambda: piece)


def _hits(kpi: Kpi, what: str) -> _Found | None:
    if kpi.key == "sla_tickets" and not what:
        return "", Piece(Unbroken(kpi.measure), Q(), tickets=True)
    return _side(kpi, 0) if not what else None


def _misses(kpi: Kpi, what: str) -> _Found | None:
    return _side(kpi, 1) if not what else None


def _side(kpi: Kpi, side: int) -> _Found | None:
    if kpi.key not in SIDES:
        return None
    whole = kpi.measure
    return SIDES[kpi.key][side], Piece(whole, Q(hit=side == 0), tickets=isinstance(whole, Share) and whole.tickets)


def _broken(kpi: Kpi, what: str) -> _Found | None:
    """Of the tickets with a promise those on which one was broken; a hit is a broken promise there."""
    if kpi.key != "sla_tickets" or what:
        return None
    return "", Piece(kpi.measure, Q(hit=True), tickets=True)


def _places(bars: Sequence[object]) -> list[str]:
    return [str(place) for place in range(len(bars))]


def _took(kpi: Kpi, what: str) -> _Found | None:
    """One bar of its distribution."""
    if kpi.unit != SECONDS or what not in _places(BARS):
        return None
    return BAR_WORDS[int(what)], Piece(kpi.measure, within(*BARS[int(what)]))


def _counted(kpi: Kpi, what: str) -> _Found | None:
    """So many replies."""
    if not isinstance(kpi.measure, Spread) or kpi.unit != COUNT or what not in _places(COUNTS):
        return None
    return COUNT_WORDS[int(what)], Piece(kpi.measure, within(*COUNTS[int(what)]))


def _score(kpi: Kpi, what: str) -> _Found | None:
    if kpi.key != "csat_score" or what not in SCORES:
        return None
    return SCALE[SCORES.index(what)], Piece(kpi.measure, Q(score=int(what)))


def _cause(kpi: Kpi, what: str) -> _Found | None:
    """Of the tickets with a broken promise those explained so, or by nobody; a hit is a broken promise there."""
    if kpi.key != "sla_tickets":
        return None
    if what == UNKNOWN:
        return _("not explained yet"), Piece(kpi.measure, Q(hit=True, ticket__breach_cause=None), tickets=True)
    if what not in BreachCause.Code.values:
        return None
    return BreachCause.Code(what).label, Piece(kpi.measure, Q(hit=True, ticket__breach_cause__code=what), tickets=True)


def _of(kpi: Kpi, what: str) -> _Found | None:
    """Of one kind of promise, or with one source of escalation."""
    if kpi.key in ("sla_cancelled", "sla_unanswered") and what in Metric.values:
        return Metric(what).label, Piece(kpi.measure, Q(detail=what))
    if kpi.key == "sla_running" and what in Metric.values:
        return Metric(what).label, Piece(kpi.measure, Q(metric=what))
    if kpi.key == "escalation_rate" and what in Escalation.Source.values:
        return Escalation.Source(what).label, Piece(kpi.measure, Q(hit=True, detail=what))
    return None


def _why(kpi: Kpi, what: str) -> _Found | None:
    """For one reason."""
    if kpi.key != "csat_not_asked" or what not in Reason.values:
        return None
    return Reason(what).label, Piece(kpi.measure, Q(reason=what))


_KINDS: dict[str, Callable[[Kpi, str], _Found | None]] = {
    "yes": _hits,
    "no": _misses,
    "broken": _broken,
    "took": _took,
    "n": _counted,
    "score": _score,
    "cause": _cause,
    "of": _of,
    "why": _why,
}
