"""The shape of a macro as people fill it in: its own fields, and a row for each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agents.actors import Actor
from agents.models import Team
from automation.macros.house import House
from automation.macros.keeping import MOST_STEPS
from automation.macros.kinds import FIELD, Kind
from automation.macros.model import Macro
from automation.macros.vocabulary import Step, row_of, step_of, trouble
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.forms import StrictForm
from helpdesk.lib.http import number_in
from tickets.canned import may_share

EVERYBODY = "all"
MINE = "mine"
# What the rows and the buttons beside them send.
ROWS = frozenset({"new", "add", "remove", *(f"{part}-{n}" for part in ("what", "value") for n in range(MOST_STEPS))})


class MacroForm(StrictForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(label=_("What it is for"), max_length=250, required=False)
    team = forms.ChoiceField(label=_("Who may use it"), choices=())
    body = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "It is put into the composer, and nothing is done until you send it. Left empty, the steps are"
            " done at once. Markdown works, and so do the variables of texts."
        ),
    )
    kind = forms.ChoiceField(label=_("Who reads the text"), choices=Macro.Words.choices, initial=Macro.Words.REPLY)
    active = forms.BooleanField(label=_("Offer it"), required=False, initial=True)
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, actor: Actor, macro: Macro | None, **kwargs: Any) -> None:
        own = data and QueryDict(mutable=True)
        if data and own is not None:
            for name, values in data.lists():
                if name not in ROWS:
                    own.setlist(name, values)
        super().__init__(own, **kwargs)
        if macro is None:
            del self.fields["version"]
        choices: list[tuple[str, Any]] = [(MINE, _("Only me"))]
        if may_share(actor):
            teams = Team.objects.active()
            if not actor.sees_all_tickets:
                teams = teams.filter(pk__in=actor.team_ids)
            choices.append((EVERYBODY, _("Everybody")))
            choices += [(str(pk), name) for pk, name in teams.order_by("name").values_list("pk", "name")]
        team: Any = self.fields["team"]
        team.choices = choices
        if macro and macro.team and str(macro.team_id) not in dict(choices):  # archived since
            team.choices = [*choices, (str(macro.team_id), macro.team.name)]

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data.pop("version", None)
        to = data.pop("team")
        return {**data, "shared": to != MINE, "team_id": number_in(to)}

    @property
    def was_shown(self) -> int:
        """Which version the page showed; 0, which none is, when it does not say."""
        return number_in(self.cleaned_data.get("version")) or 0

    def overtaken(self, error: HelpdeskError, macro: Macro) -> None:
        """What was typed stays. Whoever sends it once more has been told, and means the macro as it is now."""
        self.refused(error)
        data: Any = copy(self.data)
        data["version"] = str(macro.version)
        self.data = data

    def refused(self, error: HelpdeskError) -> None:
        named = {"team_id": "team"}.get(error.field or "", error.field)
        super().refused(HelpdeskError(error.code, error.message, field=named))

    @staticmethod
    def showing(macro: Macro) -> dict[str, Any]:
        team = MINE if macro.owner_id else str(macro.team_id or EVERYBODY)
        known = {name: getattr(macro, name) for name in ("name", "description", "body", "kind", "active", "version")}
        return {**known, "team": team}


@dataclass
class Row:
    """One step in the form."""

    kind: Kind
    value: str = ""
    error: str = ""

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """What is chosen stays to be seen when it cannot be chosen any more."""
        known = list(self.kind.choices)
        return known if self.value in dict(known) else [(self.value, self.error or _now("Choose…")), *known]


@dataclass
class Rows:
    """The steps as they stand in the form; `error` concerns all of them."""

    house: House
    rows: list[Row] = field(default_factory=list)
    error: str = ""

    @classmethod
    def of(cls, macro: Macro | None) -> Rows:
        """As they are kept, each with what is wrong with it now."""
        made = cls(House.read())
        for step in macro.steps if macro else ():
            name, value = row_of(step)
            made.rows.append(Row(made._kind(name), value, trouble(step, made.house)))
        return made

    @classmethod
    def sent(cls, given: Mapping[str, str]) -> Rows:
        """As they were sent, with the one that was added or without the one that was removed."""
        made = cls(House.read())
        gone = number_in(given.get("remove"))
        for number in range(MOST_STEPS):
            if (name := given.get(f"what-{number}")) is not None and number != gone:
                made.rows.append(Row(made._kind(name), given.get(f"value-{number}", "")))
        if "add" in given and (new := given.get("new", "")) in made.kinds and len(made.rows) < MOST_STEPS:
            kind = made.kinds[new]
            made.rows.append(Row(kind, kind.choices[0][0] if kind.choices else ""))
        return made

    @property
    def kinds(self) -> dict[str, Kind]:
        return self.house.kinds

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MOST_STEPS

    def _kind(self, name: str) -> Kind:
        """One that is not offered any more stays a row, which says so and can be removed."""
        lost = Kind(name, name.partition(":")[2] or name, "value" if name.startswith(f"{FIELD}:") else "", (), "text")
        return self.kinds.get(name) or lost

    def steps(self) -> list[Step]:
        return [step_of(row.kind, row.value) for row in self.rows]

    def refuse(self, error: HelpdeskError) -> bool:
        """Shows the mistake at its step, if it is one of a step."""
        name, _dot, rest = (error.field or "").partition(".")
        if name != "steps":
            return False
        number = number_in(rest.partition(".")[0])
        if number is None:
            self.error = str(error)
        else:
            self.rows[number].error = str(error)
        return True
