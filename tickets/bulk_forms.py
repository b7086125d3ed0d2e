"""What the bar above a list can ask for: the shape of the order is read here, the Actions know the rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from tickets.actions import (
    Action,
    AddNote,
    AddReply,
    AddTag,
    AssignTo,
    Follow,
    MoveToTeam,
    RemoveTag,
    SetPriority,
    SetStatus,
    Snooze,
    Unfollow,
    Wake,
)
from tickets.forms import OwnMoment, snooze_moments
from tickets.models import Priority, Status

if TYPE_CHECKING:
    from agents.actors import Actor

WRITE = "write"
"""The order that needs words first; it has a page of its own."""
MOST_TAGS = 20


def ordered(given: QueryDict, actor: Actor) -> list[Action]:
    """The actions of a pressed button: `do` is "status:solved", "priority:high", "assign:me" (or 7, or none), "team:3",
    "tag:add" or "tag:remove" (with `tag`), "snooze:monday", "snooze:own" (with `until`), "wake:now",
    "follow:me" or "unfollow:me". Raises HelpdeskError for anything else.
    """
    what, _colon, value = given.get("do", "").partition(":")
    if what == "status" and value in Status.values:
        return [SetStatus(value)]
    if what == "priority" and value in dict(Priority.slugs()):
        return [SetPriority(value)]
    if what in ("follow", "unfollow") and value == "me" and actor.id:
        return [Follow(actor.id) if what == "follow" else Unfollow(actor.id)]
    if what == "tag" and (names := _tags(given.get("tag", ""))) and value in ("add", "remove"):
        return [AddTag(name) if value == "add" else RemoveTag(name) for name in names]
    if what in ("snooze", "wake"):
        return _sleep(what, value, given)
    if what in ("assign", "team") and (whose := _whose(what, value, actor)):
        return [whose]
    if what == "tag":
        raise HelpdeskError("empty", _("Type a tag first."), field="tag")
    raise HelpdeskError("bad_choice", _("Choose what to do from the menu."), field="do")


def _whose(what: str, value: str, actor: Actor) -> Action | None:
    known = {"none": None, **({"me": actor.id} if what == "assign" else {})}
    key = known.get(value, number_in(value))
    if key is None and value != "none":
        return None
    return AssignTo(key) if what == "assign" else MoveToTeam(key)


def _sleep(what: str, value: str, given: QueryDict) -> list[Action]:
    if (what, value) == ("wake", "now"):
        return [Wake()]
    moment = snooze_moments().get(value) if what == "snooze" else None
    if moment is None and (what, value) == ("snooze", "own"):
        own = OwnMoment({"at": given.get("until", "")})
        moment = own.cleaned_data["at"] if own.is_valid() else None
    if moment is None:
        raise HelpdeskError("bad_time", _("Choose a date and a time."), field="until")
    return [Snooze(moment.isoformat())]


def _tags(text: str) -> list[str]:
    return [part for part in re.split(r"[,;\s]+", text) if part][:MOST_TAGS]


class WordsForm(forms.Form):
    """The same words to many: an answer or a note, perhaps with a state; `sure` is the box that one has to tick."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Who reads it"),
        choices=[("note", gettext_lazy("Only colleagues (note)")), ("reply", gettext_lazy("The customers (reply)"))],
        initial="note",
    )
    body = forms.CharField(
        label=gettext_lazy("Words"),
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("State afterwards"),
        required=False,
        choices=lambda: [
            ("", _("As it is")),
            *((value, Status(value).label) for value in ("open", "pending", "on_hold", "solved")),
        ],
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, write this on every one of them"),
        error_messages={"required": gettext_lazy("Tick the box if you are sure.")},
    )

    def actions(self) -> list[Action]:
        """The state first: a reply on a new ticket would open it."""
        data = self.cleaned_data
        moved: list[Action] = [SetStatus(data["status"])] if data["status"] else []
        return [*moved, AddReply(data["body"]) if data["kind"] == "reply" else AddNote(data["body"])]
