"""What no figure counts, and how much of it there is: printed beside the figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from channels.models import InboundMessage
from reports.cells import key_of
from reports.counting import Rows
from reports.kept import Kept
from reports.kpi import COUNT, EITHER, Kpi
from reports.models import Kind
from reports.summing import BEGAN, ENDED, UNPARTED, Cell
from reports.unsolved import Standing

if TYPE_CHECKING:
    from reports.querysets import SpanQuerySet
    from reports.selection import Selection


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Tickets to which anything happened in the range that figures would count, but that were merged away or that an
    import brought, each for one reason; tickets of the range that are spam, and mails that were set aside as spam and
    so never became tickets. Nothing is ever deleted."""

    merged: int
    imported: int
    # Imported ones that the backlog at the end of the range leaves out, whether anything happened to them or not.
    standing: int
    spam: int
    spam_tickets: int


def exclusions(asked: Selection) -> Exclusions:
    """The slices narrow tickets, but not spam: a mail that is no ticket has none of them."""
    key = key_of(asked, UNPARTED)
    if key is not None:
        kept = asked.kept.aside() if asked.kept else Kept()
        kept.expect({name: cell for kpi in LEFT.values() for name, cell in kpi.measure.cells(kpi.key).items()}, key)
        asked = replace(asked, kept=kept)
    imported, standing = (0 if asked.imported else _counted(one, asked) for one in ("left_imported", "left_backlog"))
    spam = InboundMessage.objects.filter(
        state=InboundMessage.State.SPAM, received_at__gte=asked.start, received_at__lt=asked.end
    )
    merged, spam_tickets = (_counted(one, asked) for one in ("left_merged", "left_spam"))
    return Exclusions(merged, imported, standing, spam.count(), spam_tickets)


@dataclass(frozen=True)
class Left(Rows):
    """Tickets that stand in no figure, as far as they are this and any of these facts is of the range."""

    kinds: tuple[str, ...]
    where: Q
    imported: bool = False
    tickets = True

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return replace(asked, imported=self.imported or asked.imported).flows(*self.kinds).filter(self.where)

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell(self.kinds, self.where, tickets=True, merged=True, imported=self.imported, left_out=True)}


@dataclass(frozen=True)
class LeftSpam(Rows):
    """Of spam only its creation is told."""

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.flows(Kind.SPAM)

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell((Kind.SPAM,), merged=True)}


@dataclass(frozen=True)
class LeftStanding(Standing):
    """What an import brought and the backlog at the end of the range leaves out."""

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return _imported_spans(asked).standing_before(asked.end)

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell((BEGAN, ENDED), Q(imported=True), hit=Q(kind=BEGAN), imported=True)}

    def _standing(self, asked: Selection, moment: datetime) -> int:
        return sum(_imported_spans(asked).states_before(moment).values())


def _imported_spans(asked: Selection) -> SpanQuerySet:
    return replace(asked, imported=True).spans().filter(imported=True)


_EVERY = tuple(Kind.values)
_BUT_SPAM = tuple(kind for kind in Kind.values if kind != Kind.SPAM)

LEFT: dict[str, Kpi] = {
    kpi.key: kpi
    for kpi in (
        Kpi(
            "left_merged",
            _("Not counted: merged into others"),
            COUNT,
            EITHER,
            _(
                "Tickets that were merged into others and to which something happened in the range, such as a reply. "
                "No figure counts that, except the balance of the backlog."
            ),
            lambda: Left(_BUT_SPAM, Q(merged=True)),
        ),
        Kpi(
            "left_imported",
            _("Not counted: imported"),
            COUNT,
            EITHER,
            _(
                "Tickets that came with an import and to which something happened in the range, such as a reply. "
                "Figures count that only with imported history."
            ),
            lambda: Left(_EVERY, Q(imported=True), imported=True),
        ),
        Kpi(
            "left_backlog",
            _("Not counted in the backlog: imported"),
            COUNT,
            EITHER,
            _(
                "Tickets that came with an import and were not solved at the end of the range, by their state at that "
                "time. The backlog counts them only with imported history."
            ),
            LeftStanding,
        ),
        Kpi(
            "left_spam",
            _("Not counted: tagged as spam"),
            COUNT,
            EITHER,
            _("Tickets created in the range that are tagged as spam now. No figure counts them at any time."),
            LeftSpam,
        ),
    )
}


def _counted(key: str, asked: Selection) -> int:
    return LEFT[key].figure(asked).n
