"""One step of an escalation ladder as fields of a form, and back: when, on which tickets, what is done, who is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agents.models import Agent, Team
from helpdesk.lib.errors import HelpdeskError
from sla.conditions import read_conditions, said
from sla.durations import minutes_said, read_minutes
from sla.models import Metric
from tickets.actions.tags import normalise_tag
from tickets.models import Priority
from tickets.query_names import DatabaseNames

if TYPE_CHECKING:
    from sla.policy_forms import PolicyForm

PERCENT, BEFORE, DUE, AFTER = "percent", "before", "due", "after"
WHEN: tuple[tuple[str, str | Promise], ...] = (
    (PERCENT, _("% of the time is used up")),
    (BEFORE, _("before it is due")),
    (DUE, _("when it is due")),
    (AFTER, _("after it was due")),
)
TOLD: tuple[tuple[str, str | Promise], ...] = (
    ("assignee", _("Assignee")),
    ("team_lead", _("Team lead")),
    ("followers", _("Followers")),
    ("role:supervisor", _("Supervisors")),
    ("role:ops_manager", _("Ops managers")),
    ("role:admin", _("Admins")),
)
# The actions of a step in the order in which they are done: field, action, the name of its one value, is it a key?
DOES = (
    ("team", "move_to_team", "team_id", True),
    ("assign", "assign_to", "agent_id", True),
    ("priority", "set_priority", "priority", False),
    ("tag", "add_tag", "tag", False),
    ("untag", "remove_tag", "tag", False),
    ("follow", "follow", "agent_id", True),
)
_NO_CHANGE = ("", "—")
_SHORT = {"autocomplete": "off", "class": "input--duration"}


def row_fields(steps: int) -> dict[str, forms.Field]:
    """The fields of so many steps; names are read once for all of them."""
    if not steps:
        return {}
    agents = [(str(pk), name) for pk, name in Agent.objects.active().order_by("name").values_list("pk", "name")]
    teams = [(str(pk), name) for pk, name in Team.objects.active().order_by("name").values_list("pk", "name")]
    made: dict[str, forms.Field] = {}
    for number in range(steps):
        made |= {f"step{number}_{name}": field for name, field in _fields(agents, teams).items()}
    return made


def _fields(agents: list[tuple[str, str]], teams: list[tuple[str, str]]) -> dict[str, forms.Field]:
    to = [
        ("", _("Do not escalate")),
        ("owner", _("Whoever supervises the team")),
        (_("Team"), [(f"team:{pk}", name) for pk, name in teams]),
        (_("Agent"), [(f"agent:{pk}", name) for pk, name in agents]),
    ]
    lines = forms.Textarea(attrs={"rows": 1, "spellcheck": "false", "class": "query-lines"})
    made: dict[str, forms.Field] = {
        "metric": forms.ChoiceField(label=_("Promise"), choices=Metric.choices),
        "amount": _short(_("How much"), 20),
        "when": forms.ChoiceField(label=pgettext_lazy("moment", "When"), choices=WHEN),
        "condition": forms.CharField(label=_("Only tickets that match"), required=False, max_length=4000, widget=lines),
        "notify": forms.MultipleChoiceField(
            label=_("Tell"), required=False, choices=TOLD, widget=forms.CheckboxSelectMultiple
        ),
        "notify_agent": _choice(_("Tell also"), [_NO_CHANGE, *agents]),
        "team": _choice(_("Move to team"), [_NO_CHANGE, *teams]),
        "assign": _choice(_("Assign to"), [_NO_CHANGE, *agents]),
        "priority": _choice(_("Set priority"), [_NO_CHANGE, *((p.slug, p.label) for p in Priority)]),
        "tag": forms.CharField(label=_("Add tag"), required=False, max_length=50),
        "untag": forms.CharField(label=_("Take tag away"), required=False, max_length=50),
        "follow": _choice(_("Add follower"), [_NO_CHANGE, *agents]),
        "to": _choice(_("Escalate to"), to),
        "ack": _short(_("To be acknowledged within"), 20),
        "every": _short(_("Remind every"), 20),
        "times": _short(_("At most … times"), 4),
    }
    return made


def _choice(label: Any, choices: list[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=choices)


def _short(label: Any, longest: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=longest, widget=forms.TextInput(attrs=dict(_SHORT)))


class LadderRow:
    """The step at one place of the form."""

    # By which field a refusal of sla.ladders is shown.
    FIELD_OF = {
        "at": "amount",
        "do": "priority",
        "ack_minutes": "ack",
        "repeat_every": "every",
        "max_repeats": "times",
        "escalate": "to",
    }

    def __init__(self, form: PolicyForm, number: int) -> None:
        self.form, self.number, self.prefix = form, number, f"step{number}_"
        self._step: dict[str, Any] = {}

    def __getitem__(self, name: str) -> forms.BoundField:
        """The bound field, also for templates (`row.metric`)."""
        return self.form[self.prefix + name]

    @property
    def place(self) -> int:
        """As people count."""
        return self.number + 1

    @property
    def opened(self) -> bool:
        """Whether something is said in the part that is folded away, or wrong there."""
        return any(self[name].value() or self[name].errors for name in ("condition", *(name for name, *_x in DOES)))

    def clean(self) -> None:
        """Refuse what cannot be read, at its field."""
        for name, read in (("amount", self._at), ("condition", self._condition), ("times", self._times)):
            self._try(name, read)
        for name in ("tag", "untag"):
            self._try(name, partial(self._tag, name))
        self._try("ack", partial(self._minutes, "ack"))
        self._try("every", partial(self._minutes, "every"))

    def _try(self, name: str, read: Callable[[], object]) -> None:
        try:
            read()
        except HelpdeskError as error:
            self.form.add_error(self.prefix + name, str(error))

    def _given(self, name: str) -> Any:
        return self.form.cleaned_data.get(self.prefix + name) or ""

    def _at(self) -> str:
        when, amount = self._given("when"), self._given("amount").strip()
        if when == DUE:
            return "0"
        if when == PERCENT:
            number = amount.removesuffix("%").strip()
            if not (number.isascii() and number.isdigit() and 0 < int(number[:9]) < 1000):
                raise HelpdeskError("bad_percent", _("Write how many percent, such as 80."))
            return f"{int(number)}%"
        return f"{'-' if when == BEFORE else '+'}{read_minutes(amount)}m"

    def _condition(self) -> list[Any]:
        return list(read_conditions(self._given("condition").splitlines()))

    def _tag(self, name: str) -> str:
        text = self._given(name).strip()
        return normalise_tag(text) if text else ""

    def _minutes(self, name: str) -> int | None:
        text = self._given(name)
        return read_minutes(text) if text else None

    def _times(self) -> int | None:
        text = self._given("times").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise HelpdeskError("bad_number", _("Write a number."))
        return int(text)

    def step(self) -> dict[str, Any]:
        """Of a valid form, in the form of sla.ladders."""
        agent, to = self._given("notify_agent"), self._given("to")
        step: dict[str, Any] = {
            "metric": self._given("metric"),
            "at": self._at(),
            "do": [
                {"do": action, value: int(said) if is_key else said}
                for name, action, value, is_key in DOES
                if (said := self._tag(name) if name in ("tag", "untag") else self._given(name))
            ],
            "notify": [*(self._given("notify") or []), *([f"agent:{agent}"] if agent else [])],
            "escalate": bool(to),
            "to": None,
        }
        if condition := self._condition():
            step["condition"] = condition
        if ":" in to:
            kind, _colon, key = to.partition(":")
            step["to"] = {kind: int(key)}
        limits = {
            "ack_minutes": self._minutes("ack"),
            "repeat_every": self._minutes("every"),
            "max_repeats": self._times(),
        }
        return step | {name: value for name, value in limits.items() if value is not None}

    @staticmethod
    def fresh(number: int) -> dict[str, Any]:
        """What a step says that was just added."""
        said = {"metric": Metric.FIRST_RESPONSE.value, "amount": "80", "when": PERCENT, "notify": ["assignee"]}
        return {f"step{number}_{name}": value for name, value in said.items()}

    @staticmethod
    def showing(number: int, step: Mapping[str, Any]) -> dict[str, Any]:
        """The initial values of the fields of a stored step."""
        to = step.get("to") or {}
        told = step.get("notify") or []
        agents = [one.partition(":")[2] for one in told if one.startswith("agent:")]
        shown: dict[str, Any] = dict(zip(("amount", "when"), _moment(step["at"]), strict=True)) | {
            "metric": step["metric"],
            "condition": "\n".join(said(step.get("condition") or [], DatabaseNames())),
            "notify": [one for one in told if not one.startswith("agent:")],
            "notify_agent": agents[0] if agents else "",
            "to": next((f"{kind}:{key}" for kind, key in to.items()), "owner" if step.get("escalate") else ""),
            "times": step.get("max_repeats") or "",
        }
        for name, key in (("ack", "ack_minutes"), ("every", "repeat_every")):
            shown[name] = minutes_said(step[key]) if step.get(key) else ""
        done = {one["do"]: one for one in step.get("do") or []}
        for name, action, value, _is_key in DOES:
            shown[name] = str(done[action][value]) if action in done else ""
        return {f"step{number}_{name}": value for name, value in shown.items()}


def _moment(at: str) -> tuple[str, str]:
    if at.endswith("%"):
        return at[:-1], PERCENT
    if at == "0":
        return "", DUE
    return minutes_said(int(at[1:-1])), BEFORE if at.startswith("-") else AFTER
