"""The filter bar: one form, read from the address, that every page of reports shares."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from customers.models import Organization
from customers.tiers import spellings
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from reports.asking import NONE, OWN, Asked
from reports.languages import languages
from reports.naming import MODELS, exists
from reports.ranges import DEFAULT, RANGE_WORDS, period_of
from reports.selection import Period
from reports.series import HOURS
from reports.slices import SLICES, Value
from reports.zone import day_of
from sla.models import SlaPolicy
from tickets.actions.tags import normalise_tag
from tickets.models import Channel, Priority

if TYPE_CHECKING:
    from agents.actors import Actor

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
MOST_DAYS = 1100
MOST_VALUES = 50
_WORD = re.compile(r"[\w.+ -]{1,50}")
_NUMBERED = re.compile(r"#(\d{1,18})$")


class SliceField(forms.Field):
    """All the values that the address gives for one slice; "-" stands for none of them."""

    widget = forms.MultipleHiddenInput

    def __init__(self, key: str) -> None:
        super().__init__(required=False, label=str(SLICES[key].name))
        self.key = key

    def clean(self, value: Any) -> list[Value]:
        given = list(dict.fromkeys(text.strip() for text in value or () if text.strip()))
        if len(given) > MOST_VALUES:
            raise forms.ValidationError(_("Choose fewer."))
        return list(dict.fromkeys(self._read(text) for text in given))

    def _read(self, text: str) -> Value:
        if text == NONE:
            return None if self.key in MODELS or self.key in ("tag", "tier") else ""
        value = _READERS.get(self.key, _row if self.key in MODELS else _word)(self.key, text)
        if value is None:
            words = {"text": text[:60], "what": self.label}
            raise forms.ValidationError(_("%(what)s: there is no “%(text)s”."), params=words)
        return value


def _row(key: str, text: str) -> Value:
    number = number_in(text)
    return number if number is not None and exists(key, number) else None


def _organization(key: str, text: str) -> Value:
    """By its number, or by the name that somebody typed; "Name #7" tells two of one name apart."""
    if numbered := _NUMBERED.search(text):
        return _row(key, numbered[1])
    if found := _row(key, text):
        return found
    named = list(Organization.objects.named(text[:200])[:2])
    if len(named) > 1:
        offered = ", ".join(f"{row.name} #{row.pk}" for row in named)
        raise forms.ValidationError(_("Several have that name: %(offered)s."), params={"offered": offered})
    return named[0].pk if named else None


def _tier(_key: str, text: str) -> Value:
    return next(iter(spellings([text])), None)


def _tag(_key: str, text: str) -> Value:
    try:
        return normalise_tag(text)
    except HelpdeskError:
        return None


def _hour(_key: str, text: str) -> Value:
    number = number_in(text)
    return number if number is not None and number < HOURS else None


def _word(_key: str, text: str) -> Value:
    return text if _WORD.fullmatch(text) else None


_PRIORITIES: dict[str, int] = {item.slug: int(item) for item in Priority}
_READERS: Mapping[str, Callable[[str, str], Value]] = {
    "channel": lambda _key, text: text if text in Channel.values else None,
    "priority": lambda _key, text: _PRIORITIES.get(text),
    "organization": _organization,
    "tag": _tag,
    "tier": _tier,
    "hour": _hour,
}


class FilterForm(forms.Form):
    """Reads the address; `asked` is what it asks for once is_valid(). Parameters of other things are left alone."""

    def __init__(self, data: Any, *, actor: Actor, at: datetime) -> None:
        given = data if isinstance(data, MultiValueDict) else MultiValueDict(data)
        super().__init__(given)
        self.said, self.actor, self.at = given, actor, at
        self.fields["range"] = forms.ChoiceField(label=_("Period"), choices=list(RANGE_WORDS.items()), required=False)
        for name, label in (("from", _("From")), ("to", _("To"))):
            self.fields[name] = forms.DateField(label=label, required=False, input_formats=["%Y-%m-%d"])
        self.fields["compare"] = forms.ChoiceField(choices=[("none", "")], required=False)
        self.fields["hours"] = forms.ChoiceField(choices=[("business", "")], required=False)
        self.fields["imported"] = forms.ChoiceField(choices=[("1", "")], required=False)
        for key in SLICES:
            self.fields[key] = SliceField(key)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("range") == OWN and not ({"from", "to"} & set(self.errors)):
            self._check_dates(found["from"], found["to"])
        return found

    def _check_dates(self, first: date | None, last: date | None) -> None:
        if first is None or last is None:
            self.add_error("from" if first is None else "to", _("Give the first and the last day."))
        elif not EARLIEST <= first <= LATEST or not EARLIEST <= last <= LATEST:
            self.add_error("from", _("Give days between the years 2000 and 2100."))
        elif last < first:
            self.add_error("to", _("The last day lies before the first."))
        elif (last - first).days >= MOST_DAYS:
            self.add_error("from", _("Choose at most three years."))

    @property
    def asked(self) -> Asked:
        found = self.cleaned_data
        name = found["range"] or DEFAULT
        own = name == OWN
        period = Period(found["from"], found["to"] + timedelta(days=1)) if own else period_of(name, day_of(self.at))
        return Asked(
            period,
            self.at,
            self.actor,
            name,
            {key: found[key] for key in SLICES if found[key]},
            business=found["hours"] == "business",
            imported=found["imported"] == "1",
            compare=found["compare"] != "none",
        )

    @cached_property
    def tiers(self) -> list[str]:
        """Of the house; one that has none is not asked for any."""
        return Organization.objects.tiers()

    @cached_property
    def languages(self) -> list[str]:
        return languages()

    @cached_property
    def policies(self) -> list[tuple[int, str]]:
        return list(SlaPolicy.objects.all_in_order().values_list("pk", "name"))

    def given(self, name: str) -> str:
        """What somebody wrote, right or wrong."""
        return str(self.said.get(name) or "")

    @property
    def query(self) -> str:
        """As it came, right or wrong."""
        return urlencode(self._pairs)

    def query_without(self, name: str, text: str) -> str:
        return urlencode([pair for pair in self._pairs if pair != (name, text)])

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        return [(name, text) for name in self.fields for text in self.said.getlist(name)]

    def given_all(self, name: str) -> list[str]:
        return [text for text in self.said.getlist(name) if text.strip()]
