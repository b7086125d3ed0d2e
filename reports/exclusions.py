"""What no figure counts, and how much of it there is: printed beside the figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from channels.models import InboundMessage
from reports.counting import Rows
from reports.models import Kind
from reports.summing import NONE, Cell

if TYPE_CHECKING:
    from reports.selection import Selection


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Of the range: tickets created in it that were merged away, that an import brought or that are spam, and mails
    that were set aside as spam and so never became tickets. Nothing is ever deleted."""

    merged: int
    imported: int
    spam: int
    spam_tickets: int


def exclusions(asked: Selection) -> Exclusions:
    """The slices narrow tickets, but not spam: a mail that is no ticket has none of them."""
    imported = 0 if asked.imported else _counted("left_imported", asked)
    spam = InboundMessage.objects.filter(
        state=InboundMessage.State.SPAM, received_at__gte=asked.start, received_at__lt=asked.end
    )
    return Exclusions(_counted("left_merged", asked), imported, spam.count(), _counted("left_spam", asked))


@dataclass(frozen=True)
class Left(Rows):
    """Facts that stand in no figure, as far as they are this."""

    kind: str
    where: Q = NONE
    imported: bool = False

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return replace(asked, imported=self.imported or asked.imported).flows(self.kind).filter(self.where)

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell((self.kind,), self.where, merged=True, imported=self.imported)}


LEFT: dict[str, Left] = {
    "left_merged": Left(Kind.CREATED, Q(merged=True)),
    "left_imported": Left(Kind.CREATED, Q(imported=True, merged=False), imported=True),
    "left_spam": Left(Kind.SPAM),
}


def _counted(name: str, asked: Selection) -> int:
    return LEFT[name].figure(asked, name).n
