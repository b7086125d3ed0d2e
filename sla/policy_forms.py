"""The shape of a policy as it is typed: conditions line by line, a table of targets, and the steps of the ladder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.forms import StrictForm
from sla.conditions import MOST as MOST_LINES
from sla.conditions import check_condition, read_condition, said
from sla.durations import minutes_said, read_minutes
from sla.ladder_rows import LadderRow, row_fields
from sla.ladders import MOST_STEPS
from sla.models import Calendar, Metric
from sla.policies import PAUSES
from tickets.models import Priority
from tickets.query_names import DatabaseNames
from tickets.query_text import LONGEST, Query

FOCUS = " focus"
"""Among initial values the field that a press has just brought; no field can have that name."""
WALL, BUSINESS = "wall", "business"
MEASURES = ((BUSINESS, _("Opening hours")), (WALL, _("Day and night")))
STATES = (("pending", _("Pending")), ("on_hold", _("On hold")), ("solved", _("Solved")))


class DurationField(forms.CharField):
    """A length of time such as 1 h 30; cleaned to minutes, or None when it is left empty."""

    priority: str | Promise = ""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"class": "input--duration", "autocomplete": "off"}
        super().__init__(max_length=20, required=False, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_minutes(text)
        except HelpdeskError as error:
            raise forms.ValidationError(str(error)) from None


class PolicyForm(StrictForm):
    """`lines` conditions and `steps` rows of the ladder are offered; `do` is a button that only alters their number."""

    do = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    lines = forms.IntegerField(min_value=1, max_value=MOST_LINES + 1, widget=forms.HiddenInput)
    steps = forms.IntegerField(min_value=0, max_value=MOST_STEPS, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=80)
    active = forms.BooleanField(label=_("In use"), required=False)
    calendar = forms.TypedChoiceField(
        label=_("Opening hours"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("For every target that counts opening hours only."),
    )

    def __init__(self, *args: Any, lines: int, steps: int, kept_calendar: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = DatabaseNames()
        offered = Q(archived_at=None) | Q(pk=kept_calendar or 0)
        calendars = Calendar.objects.filter(offered, versions__isnull=False).distinct()
        field: Any = self.fields["calendar"]
        field.choices = [("", _("None")), *calendars.order_by("name").values_list("pk", "name")]
        for number in range(lines):
            self.fields[f"condition{number}"] = forms.CharField(
                label=_("Condition"), required=False, max_length=LONGEST
            )
        for metric in Metric:
            for priority in Priority:
                field = DurationField(label=f"{metric.label}, {priority.label}")
                field.priority = priority.label
                self.fields[f"{metric}_{priority.slug}"] = field
            self.fields[f"{metric}_by"] = forms.ChoiceField(label=_("Counts"), choices=MEASURES)
            self.fields[f"{metric}_pauses"] = forms.MultipleChoiceField(
                label=_("Stands still"), required=False, choices=STATES, widget=forms.CheckboxSelectMultiple
            )
        self.fields |= row_fields(steps)
        self.count_lines, self.count_steps = lines, steps
        if focus := self.initial.get(FOCUS):
            self.fields[focus].widget.attrs["autofocus"] = True

    # --- what is drawn --------------------------------------------------------------------------------------------

    def condition_rows(self) -> list[tuple[forms.BoundField, Query]]:
        """Each line with what the query language makes of it."""
        fields = [self[f"condition{number}"] for number in range(self.count_lines)]
        return [(field, read_condition(field.value() or "", self.names)) for field in fields]

    def metric_rows(self) -> Iterator[dict[str, Any]]:
        for metric in Metric:
            yield {
                "metric": metric,
                "targets": [self[f"{metric}_{priority.slug}"] for priority in Priority],
                "by": self[f"{metric}_by"],
                "pauses": self[f"{metric}_pauses"],
            }

    def ladder_rows(self) -> list[LadderRow]:
        return [LadderRow(self, number) for number in range(self.count_steps)]

    # --- what was meant -------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        conditions = []
        for field, query in self.condition_rows():
            try:
                check_condition(query.parameters)
            except HelpdeskError as error:
                self.add_error(field.name, str(error))
            if query.mistakes:
                self.add_error(field.name, _("Mend what is marked."))
            elif query.parameters:
                conditions.append(query.parameters)
        cleaned["conditions"] = conditions
        for row in self.ladder_rows():
            row.clean()
        return cleaned

    def proposal(self) -> dict[str, Any]:
        """Of a valid form, as sla.policies.propose_policy() takes it."""
        given = self.cleaned_data
        targets: dict[str, dict[str, int]] = {}
        for metric in Metric:
            minutes = {priority.slug: given[f"{metric}_{priority.slug}"] for priority in Priority}
            if any(minutes.values()):
                targets[metric] = {slug: value for slug, value in minutes.items() if value}
        return {
            "name": given["name"],
            "active": given["active"],
            "conditions": given["conditions"],
            "calendar": given["calendar"],
            "targets": targets,
            "wall_clock": [metric.value for metric in Metric if given[f"{metric}_by"] == WALL],
            "pauses": {metric.value: given[f"{metric}_pauses"] for metric in Metric},
            "ladder": [row.step() for row in self.ladder_rows()],
        }

    def refused(self, error: HelpdeskError) -> None:
        """A refusal of the ladder stands at the field of its step."""
        field = error.field or ""
        if field.startswith("ladder-"):
            _ladder, place, key = field.split("-", 2)
            field = f"step{place}_{LadderRow.FIELD_OF.get(key, key)}"
        if field == "conditions":
            field = "condition0"
        self.add_error(field if field in self.fields else None, str(error))


def showing(proposal: Mapping[str, Any]) -> dict[str, Any]:
    """The initial values of a form that shows a proposal."""
    shown: dict[str, Any] = {name: proposal[name] for name in ("name", "active", "calendar")}
    lines = said(proposal["conditions"], DatabaseNames()) or [""]
    shown |= {f"condition{number}": line for number, line in enumerate(lines)} | {"lines": len(lines)}
    for metric in Metric:
        for slug, minutes in proposal["targets"].get(metric, {}).items():
            shown[f"{metric}_{slug}"] = minutes_said(minutes)
        shown[f"{metric}_by"] = WALL if metric in proposal["wall_clock"] else BUSINESS
        shown[f"{metric}_pauses"] = proposal["pauses"].get(metric, PAUSES[metric])
    for number, step in enumerate(proposal["ladder"]):
        shown |= LadderRow.showing(number, step)
    return shown | {"steps": len(proposal["ladder"])}


def altered(given: QueryDict, do: str) -> dict[str, Any]:
    """What was typed, with one more line or step, or one less: how a page without JavaScript grows."""
    shown: dict[str, Any] = {name: given.get(name, "") for name in given if name not in ("csrfmiddlewaretoken", "do")}
    shown |= {name: given.getlist(name) for name in given if name.endswith(("_pauses", "_notify"))}
    lines, steps = counts(given)
    verb, _dash, number = do.partition("-")
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
    if verb == "line" and lines < MOST_LINES:
        lines += 1
    elif verb == "step" and steps < MOST_STEPS:
        shown |= LadderRow.fresh(steps) | {FOCUS: f"step{steps}_metric"}
        steps += 1
    elif verb == "remove" and 0 <= place < steps:
        shown, steps = _without(shown, place, steps), steps - 1
    elif verb == "up" and 0 < place < steps:
        shown = _swapped(shown, place - 1, place)
    return shown | {"lines": lines, "steps": steps}


def counts(given: Mapping[str, Any]) -> tuple[int, int]:
    """How many lines and steps a form has, as it says itself; within what is allowed."""
    return _number(given.get("lines"), 1, MOST_LINES + 1), _number(given.get("steps"), 0, MOST_STEPS)


def _number(said: Any, least: int, most: int) -> int:
    text = str(said if said is not None else "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else least
    return min(max(number, least), most)


def _without(shown: dict[str, Any], place: int, steps: int) -> dict[str, Any]:
    kept = [number for number in range(steps) if number != place]
    return _renumbered(shown, kept)


def _swapped(shown: dict[str, Any], one: int, other: int) -> dict[str, Any]:
    steps = 1 + max(int(name[4:].partition("_")[0]) for name in shown if _is_step(name))
    order = list(range(max(steps, other + 1)))
    order[one], order[other] = order[other], order[one]
    return _renumbered(shown, order)


def _renumbered(shown: dict[str, Any], order: Sequence[int]) -> dict[str, Any]:
    rest = {name: value for name, value in shown.items() if not _is_step(name)}
    for fresh, old in enumerate(order):
        prefix = f"step{old}_"
        rest |= {f"step{fresh}_{name.removeprefix(prefix)}": v for name, v in shown.items() if name.startswith(prefix)}
    return rest


def _is_step(name: str) -> bool:
    return name.startswith("step") and name[4:].partition("_")[0].isdigit()
