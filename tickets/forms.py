"""The forms of the ticket pages: each checks shape only and ends in `actions()`; the Actions know the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from tickets.actions import (
    Action,
    AddNote,
    AddParticipant,
    AddReply,
    AddTag,
    AssignTo,
    Follow,
    MoveToTeam,
    RemoveParticipant,
    RemoveTag,
    SetField,
    SetLanguage,
    SetPriority,
    SetStatus,
    SetSubject,
    SetType,
    Snooze,
    Unfollow,
    Wake,
    load,
)

NOBODY = "none"
MORNING = time(9)
WEEKEND = 5  # the first day of it, as datetime.weekday() counts


class GestureForm(forms.Form):
    """What every gesture on a ticket carries: the version that was read, and a name for this one press of a button."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    gesture = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def actions(self) -> list[Action]:
        raise NotImplementedError

    def checked(self) -> dict[str, Any]:
        """The cleaned data, or a HelpdeskError with the first thing that is wrong."""
        if self.is_valid():
            return self.cleaned_data
        name, errors = next(iter(self.errors.items()))
        raise HelpdeskError("invalid", str(errors[0]), field=name)


class StatusForm(GestureForm):
    status = forms.CharField(max_length=20)

    def actions(self) -> list[Action]:
        return [SetStatus(self.cleaned_data["status"])]


class PriorityForm(GestureForm):
    priority = forms.CharField(max_length=20)

    def actions(self) -> list[Action]:
        return [SetPriority(self.cleaned_data["priority"])]


class TypeForm(GestureForm):
    type = forms.CharField(max_length=20)

    def actions(self) -> list[Action]:
        return [SetType(self.cleaned_data["type"])]


class LanguageForm(GestureForm):
    language = forms.CharField(max_length=10, required=False)

    def actions(self) -> list[Action]:
        return [SetLanguage(self.cleaned_data["language"])]


class SubjectForm(GestureForm):
    # Longer than the rule allows, so that the rule answers, not the shape.
    subject = forms.CharField(max_length=2000, required=False)

    def actions(self) -> list[Action]:
        return [SetSubject(self.cleaned_data["subject"])]


def _key_or_none(value: str, field: str) -> int | None:
    if value == NOBODY:
        return None
    if value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    raise HelpdeskError("invalid", str(_("Choose one from the list.")), field=field)


class AssigneeForm(GestureForm):
    assignee = forms.CharField(max_length=20)

    def actions(self) -> list[Action]:
        return [AssignTo(_key_or_none(self.cleaned_data["assignee"], "assignee"))]


class TeamForm(GestureForm):
    team = forms.CharField(max_length=20)

    def actions(self) -> list[Action]:
        return [MoveToTeam(_key_or_none(self.cleaned_data["team"], "team"))]


class TagsForm(GestureForm):
    add = forms.CharField(max_length=500, required=False)
    remove = forms.CharField(max_length=60, required=False)

    def actions(self) -> list[Action]:
        added = [part for part in re.split(r"[,;\s]+", self.cleaned_data["add"]) if part]
        removed = [self.cleaned_data["remove"]] if self.cleaned_data["remove"] else []
        return [*(AddTag(tag) for tag in added[:20]), *(RemoveTag(tag) for tag in removed)]


class FollowerForm(GestureForm):
    follow = forms.IntegerField(required=False, min_value=1)
    unfollow = forms.IntegerField(required=False, min_value=1)

    def actions(self) -> list[Action]:
        data = self.cleaned_data
        added: list[Action] = [Follow(data["follow"])] if data["follow"] else []
        return [*added, *([Unfollow(data["unfollow"])] if data["unfollow"] else [])]


class ParticipantForm(GestureForm):
    add = forms.IntegerField(required=False, min_value=1)
    remove = forms.IntegerField(required=False, min_value=1)

    def actions(self) -> list[Action]:
        data = self.cleaned_data
        added: list[Action] = [AddParticipant(data["add"])] if data["add"] else []
        return [*added, *([RemoveParticipant(data["remove"])] if data["remove"] else [])]


class FieldForm(GestureForm):
    key = forms.CharField(max_length=40)
    value = forms.CharField(max_length=2000, required=False)

    def actions(self) -> list[Action]:
        return [SetField(self.cleaned_data["key"], self.cleaned_data["value"])]


class SnoozeForm(GestureForm):
    """Either a named moment ("tomorrow") or one's own, both in the reader's zone; "wake" ends it."""

    preset = forms.CharField(max_length=20, required=False)
    until = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])

    def actions(self) -> list[Action]:
        preset, until = self.cleaned_data["preset"], self.cleaned_data["until"]
        if preset == "wake":
            return [Wake()]
        moment = snooze_moments().get(preset) or until
        return [Snooze(moment.isoformat() if moment else "")]


def snooze_moments() -> dict[str, datetime]:
    """The moments that are offered, in the reader's zone."""
    now = timezone.localtime()
    morning = timezone.make_aware(datetime.combine(now.date(), MORNING), now.tzinfo)
    return {
        # Three hours on the clock of the world: across a change to summer time as well.
        "later": timezone.localtime(timezone.now() + timedelta(hours=3)).replace(second=0, microsecond=0),
        "tomorrow": morning + timedelta(days=1),
        "monday": morning + timedelta(days=7 - now.weekday()),
        "week": morning + timedelta(days=7),
    }


def sending_moments() -> dict[str, datetime]:
    """When a reply may leave by itself, in the writer's zone."""
    moments = snooze_moments()
    soon = (timezone.localtime() + timedelta(hours=1)).replace(second=0, microsecond=0)
    named = {"hour": soon, "tomorrow": moments["tomorrow"], "monday": moments["monday"]}
    if named["monday"] == named["tomorrow"]:
        del named["monday"]
    return named


def offered_snoozes() -> dict[str, datetime]:
    """Those of the moments that fall on a working day, each once: on a Friday nobody wants to be woken on Saturday."""
    moments = snooze_moments()
    offered = {name: moment for name, moment in moments.items() if name == "later" or moment.weekday() < WEEKEND}
    if offered.get("tomorrow") == moments["monday"]:
        del offered["tomorrow"]
    if offered.get("week") == moments["monday"]:
        del offered["week"]
    return offered


class ReplyForm(GestureForm):
    """The composer: an answer or a note, the state that goes with it, and when it shall leave.

    `sure` is what a writer who was asked presses: what they were asked about, and what they had asked for before.
    """

    kind = forms.ChoiceField(choices=[("reply", _("Reply")), ("note", _("Note"))])
    body = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    to = forms.CharField(required=False, max_length=4000)
    cc = forms.CharField(required=False, max_length=8000)
    status = forms.CharField(required=False, max_length=20)
    later = forms.CharField(required=False, max_length=20)
    send_at = forms.CharField(required=False, max_length=40)
    sure = forms.CharField(required=False, max_length=300)
    # The key of a macro whose words these were, with its version: "3:5".
    macro = forms.CharField(required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        codes, *asked = (data.get("sure") or "").split("|")
        if len(asked) == len(ASKED):
            data.update(zip(ASKED, asked, strict=True))
        data["sure"] = set(codes.split(","))
        return data

    def once_more(self, codes: Sequence[str]) -> str:
        """The value of a button that does what was asked for, with these doubts settled."""
        settled = sorted({*codes, *self.cleaned_data["sure"]} - {""})
        return "|".join((",".join(settled), *(self.cleaned_data.get(name) or "" for name in ASKED)))

    def moment(self) -> datetime | None:
        """When it shall leave, None for now. Raises HelpdeskError("bad_moment")."""
        if not (later := self.cleaned_data["later"]):
            return None
        if later in (moments := sending_moments()):
            return moments[later]
        found = OwnMoment({"at": self.cleaned_data["send_at"]})
        if not found.is_valid():
            raise HelpdeskError("bad_moment", _("Choose a date and a time."), field="send_at")
        moment: datetime = found.cleaned_data["at"]
        return moment

    def readers(self) -> tuple[list[str], list[str]]:
        return addresses(self.cleaned_data["to"]), addresses(self.cleaned_data["cc"])

    def uploads(self) -> list[str]:
        """Keys of files that were uploaded for this message; whose they are is checked when they are attached."""
        given: Any = self.data
        return [key for key in given.getlist("attachments") if key][:100]

    def actions(self, also: Sequence[str] = ()) -> list[Action]:
        """`also` are uploads that came with this very request."""
        data = self.cleaned_data
        files = (*self.uploads(), *also)
        moved: list[Action] = [SetStatus(data["status"])] if data["status"] else []
        if data["macro"]:
            moved = [_with_macro(data["macro"], bool(data["status"])), *moved]
        if data["kind"] == "note":
            return [*moved, AddNote(data["body"], attachments=files)]
        to, cc = addresses(data["to"]), addresses(data["cc"])
        # The state first: a reply on a new ticket would open it, and then one press would be told as two.
        return [*moved, AddReply(data["body"], to=tuple(to), cc=tuple(cc), attachments=files)]


def _with_macro(named: str, state_is_chosen: bool) -> Action:
    """What the macro does beside the words, which its user has read and may have altered. A state that was chosen with
    the button counts instead of the macro's."""
    key, _colon, version = named.partition(":")
    macro, seen = number_in(key), number_in(version)
    if macro is None or seen is None:
        raise HelpdeskError("invalid", str(_("Choose one from the list.")), field="macro")
    leaves = ["set_status"] if state_is_chosen else []
    return load({"do": "apply_macro", "macro_id": macro, "version": seen, "words": False, "leaves": leaves})


# What a button pressed after a question repeats.
ASKED = ("status", "later", "send_at")


class OwnMoment(forms.Form):
    """A moment as a browser sends it, in the writer's zone."""

    at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])


def addresses(line: str) -> list[str]:
    """Addresses as people type them: parted by commas, semicolons or line ends, with or without a name."""
    found = []
    for part in re.split(r"[,;\n]+", line):
        inner = re.search(r"<([^<>]*)>", part)
        if word := (inner.group(1) if inner else part).strip():
            found.append(word)
    return found
