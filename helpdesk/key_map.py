"""Every key of the house, once: the help sheet and the palette are drawn from it, and a test holds it to the pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Key:
    """`press` is what an element says with data-key ("g i"), or for a `move`, which needs no element, a name of
    static/js/keys.js. Only those with an `icon` are offered in the palette. `shown` is what the sheet says instead."""

    press: str
    label: str | Promise
    icon: str = ""
    move: bool = False
    shown: tuple[str, ...] = ()

    @property
    def caps(self) -> tuple[str, ...]:
        return self.shown or tuple(self.press.split(" "))


EVERYWHERE = (
    Key("mod+k", _("Go anywhere, do anything"), move=True, shown=("Ctrl", "K")),
    Key("/", _("Search"), "search"),
    Key("g i", _("Go to the inbox")),
    Key("g v", _("Go to the supervisor’s desk")),
    Key("g r", _("Go to reports")),
    Key("g c", _("Go to customers")),
    Key("g s", _("Go to settings")),
    Key("g o", _("Go to the outbox")),
    Key("g n", _("Notifications"), "bell"),
    Key("c", _("New ticket")),
    Key("z", _("Undo"), "undo-2"),
    Key("u", _("Back to the list"), "arrow-left"),
    Key("mod+enter", _("Send or save the form"), move=True, shown=("Ctrl", "Enter")),
    Key("Escape", _("Close, or clear the selection"), move=True, shown=("Esc",)),
    Key("?", _("These keys"), "keyboard"),
)
LISTS = (
    Key("j", _("Down"), move=True),
    Key("k", _("Up"), move=True),
    Key("o", pgettext_lazy("verb", "Open"), move=True, shown=("o", "Enter")),
    Key("f", _("Filter"), "list-filter"),
    Key("x", _("Select"), move=True),
    Key("J", _("Select downwards"), move=True, shown=("Shift", "j")),
    Key("K", _("Select upwards"), move=True, shown=("Shift", "k")),
    Key("A", _("Select all on this page"), "list-checks", shown=("Shift", "a")),
)
ROWS = (
    Key("r", _("Reply"), "reply"),
    Key("n", _("Internal note"), "sticky-note"),
    Key("a", _("Assign"), "user-check"),
    Key("s", _("Set the state"), "circle-dot"),
    Key("e", _("Solve"), "circle-check"),
    Key("p", _("Set the priority"), "signal"),
    Key("t", _("Move to a team"), "users"),
    Key("l", _("Add a tag"), "tag"),
    Key("h", _("Snooze"), "alarm-clock"),
    Key("M", _("Apply a macro"), "wand-sparkles", shown=("Shift", "m")),
)
TICKETS = (
    Key("i", _("Insert a text"), "text-quote"),
    Key("!", _("Escalate"), "siren"),
    Key("m", _("Merge"), "merge"),
    Key("U", _("Mark as unread"), move=True, shown=("Shift", "u")),
    Key("]", _("Next ticket of the list"), move=True),
    Key("[", _("Previous ticket of the list"), move=True),
)
DESK = (
    Key("v", _("Next escalation"), "arrow-down"),
    Key("y", _("Acknowledge the escalation"), "check"),
    Key("w", _("Take the escalation over"), "hand"),
    Key("b", _("Hand the escalation back"), "corner-up-left"),
    Key("d", _("Resolve the escalation"), "circle-check-big"),
)

SHEET: tuple[tuple[str | Promise, tuple[Key, ...]], ...] = (
    (_("Everywhere"), EVERYWHERE),
    (_("In lists and conversations"), LISTS),
    (_("On a ticket, or on rows of a list"), ROWS),
    (_("On a ticket"), TICKETS),
    (_("On the supervisor’s desk"), DESK),
)
KEYS = (*EVERYWHERE, *LISTS, *ROWS, *TICKETS, *DESK)
