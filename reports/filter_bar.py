"""What the filter bar draws: its fields as they stand, and a chip for all that narrows beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agents.models import Agent
from agents.permissions import Permission
from customers.models import Organization
from reports.asking import NONE, OWN, Asked, written
from reports.forms import FilterForm
from reports.naming import names_of, none_of
from reports.ranges import DEFAULT, RANGE_WORDS, period_of
from reports.slices import SLICES
from reports.zone import day_of
from sla.team_board import supervised
from tickets.models import Channel, Priority

if TYPE_CHECKING:
    from agents.actors import Actor

# Of the slices those with a field; the rest, and further values of these, are chips.
FIELDS = ("team", "channel", "priority", "agent", "tag", "organization", "tier", "language", "policy")
TYPED = ("tag", "organization")


@dataclass(frozen=True)
class Choice:
    value: str
    label: str | Promise
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """A select, or a text field when it has no choices."""

    name: str
    label: str | Promise
    value: str = ""
    choices: tuple[Choice, ...] = ()
    errors: tuple[str, ...] = ()
    lookup: str = ""


@dataclass(frozen=True)
class Chip:
    """Something that narrows the page without having a field: `name` and `value` are kept by the form."""

    name: str
    value: str
    words: str
    without: str


@dataclass(frozen=True)
class Bar:
    range: Field
    first: Field
    last: Field
    compare: Field
    hours: Field
    slices: tuple[Field, ...]
    imported: bool
    chips: tuple[Chip, ...]
    zone: str
    # Something behind "More" is chosen or wrong, so it stands open.
    narrowed: bool
    # Of what has no field.
    errors: tuple[str, ...] = ()


def bar_of(form: FilterForm, here: str) -> Bar:
    """Of a form that was read; with what somebody wrote when it is wrong. `here` is the page that it narrows."""
    asked = form.asked if form.is_valid() else None
    period = asked.period if asked else period_of(DEFAULT, day_of(form.at))
    first, last = str(period.first), str(period.last - timedelta(days=1))
    own = form.given("range") == OWN
    slices = tuple(_slice(form, key) for key in FIELDS if form.given_all(key) or _is_offered(key, form))
    return Bar(
        range=_select(form, "range", _("Period"), RANGE_WORDS.items(), form.given("range") or DEFAULT),
        first=_text(form, "from", _("From"), (form.given("from") if own else "") or first),
        last=_text(form, "to", _("To"), (form.given("to") if own else "") or last),
        compare=_select(
            form,
            "compare",
            _("Compare"),
            (("", _("With the period before")), ("none", _("With nothing"))),
            form.given("compare"),
        ),
        hours=_select(
            form,
            "hours",
            _("Durations"),
            (("", _("By the calendar")), ("business", _("In opening hours"))),
            form.given("hours"),
        ),
        slices=slices,
        imported=bool(form.given("imported")),
        chips=tuple(_chips(asked, here)) if asked else tuple(_kept(form, here)),
        errors=tuple(error for key in SLICES if key not in FIELDS for error in _errors(form, key)),
        zone=settings.REPORTS_ZONE,
        narrowed=any(field.value for field in slices[3:]) or any(map(form.given, ("hours", "imported", "compare"))),
    )


def _is_offered(key: str, form: FilterForm) -> bool:
    """Where there is nothing to choose from there is no field."""
    if key == "tier":
        return bool(form.tiers)
    if key == "language":
        return len(form.languages) > 1
    return key != "policy" or bool(form.policies)


def _select(
    form: FilterForm, name: str, label: str | Promise, choices: Iterable[tuple[str, str | Promise]], value: str
) -> Field:
    found = [Choice(one, words, one == value) for one, words in choices]
    if not any(choice.chosen for choice in found):  # wrong, or gone: it is said, and it stays
        found.append(Choice(value, value, chosen=True))
    return Field(name, label, value, tuple(found), _errors(form, name))


def _text(form: FilterForm, name: str, label: str | Promise, value: str, lookup: str = "") -> Field:
    return Field(name, label, value, (), _errors(form, name), lookup)


def _errors(form: FilterForm, name: str) -> tuple[str, ...]:
    return tuple(str(error) for error in form.errors.get(name, ()))


def _slice(form: FilterForm, key: str) -> Field:
    label = SLICES[key].name
    given = (form.given_all(key) or [""])[0]
    values = form.cleaned_data.get(key) if form.is_bound and not form.errors.get(key) else None
    value = written(key, values[0]) if values else given
    if key in TYPED:
        words = names_of(key, values[:1])[values[0]] if values and values[0] is not None else value
        if key == "organization" and values and Organization.objects.named(words).count() > 1:
            words = f"{words} #{values[0]}"
        return _text(form, key, label, words, _lookup(key, form.actor))
    choices = [("", _all(key)), *_choices(key, form)]
    if values and value not in dict(choices):
        choices.append((value, names_of(key, values[:1])[values[0]]))
    return _select(form, key, label, choices, value)


def _all(key: str) -> str:
    words = {
        "team": _("All teams"),
        "channel": _("All channels"),
        "priority": _("All priorities"),
        "agent": _("All agents"),
        "tier": _("All tiers"),
        "language": _("All languages"),
        "policy": _("All policies"),
    }
    return words[key]


def _choices(key: str, form: FilterForm) -> list[tuple[str, str | Promise]]:
    if key == "channel":
        return list(Channel.choices)
    if key == "priority":
        return list(reversed(Priority.slugs()))
    if key == "language":
        names = names_of(key, form.languages)
        return sorted(
            ((written(key, code), names[code]) for code in form.languages), key=lambda one: (one[0] == NONE, one[1])
        )
    if key == "tier":
        found: list[tuple[str, str]] = [(tier, tier) for tier in form.tiers]
    elif key == "policy":
        found = [(str(pk), name) for pk, name in form.policies]
    elif key == "team":
        found = [(str(pk), name) for pk, name in supervised(form.actor).values_list("pk", "name")]
    else:
        agents = Agent.objects.active().order_by("name")
        if not form.actor.sees_all_tickets:
            agents = agents.filter(memberships__team__in=form.actor.team_ids).distinct()
        found = [(str(pk), name) for pk, name in agents.values_list("pk", "name")]
    return [*found, (written(key, None), none_of(key))]


def _lookup(key: str, actor: Actor) -> str:
    if key != "organization" or not actor.can(Permission.EDIT_CUSTOMERS):
        return ""
    try:
        return reverse("customers:organization_lookup")
    except NoReverseMatch:
        return ""


def _chips(asked: Asked, here: str) -> Iterable[Chip]:
    """Of what has no field; `view` is where one goes without it."""
    for key, values in asked.slices.items():
        rest = list(values[1:] if key in FIELDS else values)
        names = names_of(key, rest)
        for value in rest:
            words = _("%(what)s: %(value)s") % {"what": SLICES[key].name, "value": names[value]}
            yield Chip(key, written(key, value), words, f"{here}?{asked.without(key, value).query}")


def _kept(form: FilterForm, here: str) -> Iterable[Chip]:
    """Of a form that is wrong, as it was written."""
    for key in SLICES:
        for text in form.given_all(key)[1 if key in FIELDS else 0 :]:
            yield Chip(key, text, text[:60], f"{here}?{form.query_without(key, text)}")


def words_of(asked: Asked) -> list[str]:
    """The slices in words, for headings of what has no bar: drill-downs, printed pages and mails."""
    said = []
    for key, values in asked.slices.items():
        names = names_of(key, values)
        said.append(
            _("%(what)s: %(value)s") % {"what": SLICES[key].name, "value": ", ".join(names[value] for value in values)}
        )
    return said
