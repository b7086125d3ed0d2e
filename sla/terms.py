"""What versions of policies say, read once in a process's life: they never change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sla import known
from sla.engine import Book
from sla.schedules import clockwork
from sla.ticking import Terms

if TYPE_CHECKING:
    from sla.models import SlaPolicyVersion


@dataclass(frozen=True, slots=True)
class Wording:
    """A version of a policy, with what the engine reads of it; `row` is as it was read, without its policy."""

    row: SlaPolicyVersion
    terms: Terms


def wording(version_id: int) -> Wording:
    """Asks the database once in a process's life."""
    found = known.WORDINGS.get(version_id)
    if found is None:
        from sla.models import SlaPolicyVersion

        found = keep(SlaPolicyVersion.objects.get(pk=version_id))
    return found


def wordings(version_ids: list[int]) -> list[Wording]:
    """The same for several, in one statement for all that are not known."""
    missing = [pk for pk in version_ids if pk not in known.WORDINGS]
    if missing:
        from sla.models import SlaPolicyVersion

        for row in SlaPolicyVersion.objects.filter(pk__in=missing):
            keep(row)
    return [wording(pk) for pk in version_ids]


def keep(row: SlaPolicyVersion) -> Wording:
    found = Wording(row, read_terms(row))
    known.keep_wording(row.pk, found)
    return found


def terms(version_id: int) -> Terms:
    return wording(version_id).terms


def read_terms(row: SlaPolicyVersion) -> Terms:
    """A row, also one that is not saved, as the engine reads it."""
    return Terms(
        row.pk,
        {
            metric: {priority: int(minutes) * 60 for priority, minutes in of.items() if minutes}
            for metric, of in row.targets.items()
            if of
        },
        frozenset(row.wall_clock),
        {metric: frozenset(states) for metric, states in row.pauses.items()},
    )


BOOK = Book(terms, clockwork)
