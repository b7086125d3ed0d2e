"""What deserves a second look before a reply leaves: a promised file that is missing, or new or many readers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from tickets.models import Ticket

MANY = 8
LOOKED_BACK = 200

# Only phrases by which a writer speaks of a file of their own, so that "we have received your attachment" is silent.
_PROMISES: dict[str, tuple[str, ...]] = {
    "en": (
        r"\b(i|we)(['’](ve|m|re)| have| am| are)?( also| now)? (attach|attached|attaching|enclose|enclosed)\b",
        r"\b(please )?(find|see) (the |an? )?(attached|enclosed)\b",
        r"\b(is|are) (attached|enclosed)\b",
        r"\bsee (the )?attachments?\b",
    ),
    "da": (
        r"\b(jeg|vi) (har )?(vedhæfter|vedhæftet|vedlægger|vedlagt)\b",
        r"\b(se|find) (den |det |de )?(vedhæftede|vedlagte)\b",
        r"\b(vedhæftet|vedlagt) (er|finder|følger|sender)\b",
        r"\ber (vedhæftet|vedlagt)\b",
    ),
    "nb": (
        r"\b(jeg|vi) (har )?(legger ved|lagt ved|vedlegger|vedlagt)\b",
        r"\b(se|finn) (det |den |de )?vedlagte?\b",
        r"\bvedlagt (er|finner|følger|ligger)\b",
        r"\b(er|ligger) vedlagt\b",
    ),
    "pl": (
        r"\b(załączam|załączamy|dołączam|dołączamy)\b",
        r"\bw załączeniu\b",
        r"\b(przesyłam|przesyłamy|wysyłam|wysyłamy)\b[^.\n]{0,40}\bw załączniku\b",
        r"\bw załączniku (przesyłam|przesyłamy|wysyłam|wysyłamy|znajduje|znajdzie)",
    ),
    "uk": (
        r"\b(прикріплюю|прикріплюємо|долучаю|долучаємо)\b",
        r"\b(додаю|додаємо|надсилаю|надсилаємо)\b[^.\n]{0,40}\b(у|в) (вкладенні|додатку)\b",
        r"\b(у|в) (вкладенні|додатку) (надсилаю|надсилаємо|додаю|додаємо|знайдете|ви знайдете)\b",
    ),
    "de": (
        r"\banbei\b",
        r"\b(ich|wir) (habe|haben)\b[^.\n]{0,40}\b(angehängt|beigefügt)\b",
        r"\b(angehängt|beigefügt) (ist|sind|finden)\b",
        r"\bim anhang (finden|sende|senden|schicke|schicken)\b",
    ),
}
_PROMISE = re.compile("|".join(f"(?:{p})" for rows in _PROMISES.values() for p in rows), re.IGNORECASE)
_NOT_OURS = re.compile(r"^\s*>.*$|```.*?```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Doubt:
    """`code` is what the writer confirms; `about` what it concerns (addresses, or a number)."""

    code: str
    about: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        if self.code == "no_file":
            return _("You write of an attachment, but none is attached.")
        if self.code == "many":
            count = int(self.about[0])
            return ngettext("It goes to %(count)d address.", "It goes to %(count)d addresses.", count) % {
                "count": count
            }
        shown = ", ".join(self.about[:5])
        return ngettext(
            "%(addresses)s has not been on this ticket before.",
            "%(addresses)s have not been on this ticket before.",
            len(self.about),
        ) % {"addresses": shown + (" …" if len(self.about) > 5 else "")}


def promises_a_file(text: str) -> bool:
    """Conservative, in the six languages that our customers write; quoted lines and code do not count."""
    return bool(_PROMISE.search(_NOT_OURS.sub(" ", text[:20_000])))


def doubts_about(ticket: Ticket, body: str, to: Sequence[str], cc: Sequence[str], files: int) -> list[Doubt]:
    """What to ask before sending; one statement for a usual reply, three at most. Rides message_in_ticket."""
    doubts = [Doubt("no_file")] if not files and promises_a_file(body) else []
    readers = {address.strip().lower() for address in (*to, *cc) if "@" in address and "\x00" not in address}
    strangers = readers - _taking_part(ticket, readers)
    earlier = _written_to(ticket) if strangers or len(readers) >= MANY else {}
    if new := sorted(strangers - set(earlier)):
        doubts.append(Doubt("new_address", tuple(new)))
    if len(readers) >= MANY and max(earlier.values(), default=0) < len(readers):
        doubts.append(Doubt("many", (str(len(readers)),)))
    return doubts


def _taking_part(ticket: Ticket, addresses: set[str]) -> set[str]:
    """Those that belong to the requester or to somebody in copy."""
    if not addresses:
        return set()
    people = Q(customer_id=ticket.requester_id) | Q(
        customer_id__in=ticket.participants.values("customer_id"),
    )
    rows = apps.get_model("customers", "Address").objects.filter(people, kind="email", normalised__in=addresses)
    return set(rows.values_list("normalised", flat=True))


def _written_to(ticket: Ticket) -> dict[str, int]:
    """Every address of the last messages, with the most readers that one of our replies to it had."""
    found: dict[str, int] = {}
    rows = ticket.messages.filter(public=True).order_by("-pk")
    for kind, to, cc, sender in rows.values_list("author_kind", "to", "cc", "from_address")[:LOOKED_BACK]:
        everybody = {str(address).lower() for address in (*to, *cc)}
        for address in everybody | {sender.lower()}:
            found[address] = max(found.get(address, 0), len(everybody) if kind == "agent" else 0)
    return found
