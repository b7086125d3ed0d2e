"""What no figure counts, and how much of it there is: printed beside the figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from channels.models import InboundMessage
from reports.models import Kind

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
    with_imported = replace(asked, imported=True)
    imported = 0 if asked.imported else with_imported.facts(Kind.CREATED).filter(imported=True).count()
    spam = InboundMessage.objects.filter(
        state=InboundMessage.State.SPAM, received_at__gte=asked.start, received_at__lt=asked.end
    )
    merged = asked.flows(Kind.CREATED).filter(merged=True)
    return Exclusions(merged.count(), imported, spam.count(), asked.flows(Kind.SPAM).count())
