"""One filter for the page, the API, saved views, bulk selection, SLA policies, webhooks and reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import HelpdeskError
from tickets.filter_conditions import narrowed
from tickets.finding import find
from tickets.models import Ticket
from tickets.query_keys import FIELD, KEYS, OPEN_STATES, Key
from tickets.query_moments import read_bound
from tickets.query_names import DatabaseNames
from tickets.query_text import FREE, NOT, Mistake, Parameters, Query, merged, parse, single, to_text
from tickets.query_words import OPERATORS
from tickets.querysets import OPEN_STATUSES

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.querysets import TicketQuerySet

QUERY = "query"
"""The parameter that holds a text in the query language; `q` is read as one too."""
_BY_NAME: Mapping[str, Key] = {key.name: key for key in KEYS}


def a_moment(value: datetime) -> None:
    """Refuse moments that have no counterpart in UTC, in which databases compare them."""
    if not 1 < value.year < 9999:
        raise ValidationError(_("Enter a date of our time."))


class TicketFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Parameters, each optional, joined by AND. Their names and values are those of tickets/query_keys.py.

    Several values of one parameter are joined by OR (of `is`, `tag` and moments by AND), whether repeated or joined by
    commas. `not_<name>` takes away. `team` knows ids, "mine", "none"; `assignee` and `follower` ids, "me", "none";
    `field_<key>` the stored value of a custom field. `query` and `q` are texts in the query language; what they say
    joins the rest. Wrong values are form errors, wrong words `mistakes`; neither filters, so ask `is_sound` before
    doing something to all that were found. Beside a field that is gone (`lost`) nothing is found.
    """

    created_after = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte", validators=[a_moment])
    created_before = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt", validators=[a_moment])

    base_filters: dict[str, Any]

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def __init__(
        self, data: Any, *, queryset: TicketQuerySet, actor: Actor, names: DatabaseNames | None = None
    ) -> None:
        given = _lists(data)
        self.actor, self.names = actor, names or DatabaseNames()
        self._typed = [text.strip() for name in (QUERY, FREE) for text in given.pop(name, [])[-1:] if text.strip()]
        self._given = self._with_keys(given)
        texts = [parse(text, self.names) for text in self._typed]
        self.mistakes: list[Mistake] = [mistake for text in texts for mistake in text.mistakes]
        self.parameters = merged(self._given, *(text.parameters for text in texts))
        asked = QueryDict(mutable=True)
        for name, values in self.parameters.items():
            asked.setlist(name, values)
        # Only what is asked for: to copy filters and build fields of the form costs more than most lists.
        declared = type(self).base_filters
        self.base_filters = {name: one for name, one in declared.items() if name in asked}
        super().__init__(asked, queryset=queryset)
        self.lost: list[str] = []
        """Parameters of custom fields that are switched off or removed."""
        for name in self.parameters:
            if (key := self._key(name)) is not None:
                self.filters[name] = _bound(self, _Many(key, name.startswith(NOT)), name)
            elif name.removeprefix(NOT).startswith(FIELD):
                self.lost.append(name)

    def _key(self, name: str) -> Key | None:
        plain = name.removeprefix(NOT)
        key = _BY_NAME.get(plain)
        if key is None and plain.startswith(FIELD):
            key = next((one for one in self.names.keys if one.name == plain), None)
        return key if key is None or key.negatable or plain == name else None

    def _with_keys(self, given: Parameters) -> Parameters:
        """The given parameters with keys in place of the names that stand in them (`?assignee=ana`)."""
        for name, values in given.items():
            key = _BY_NAME.get(name.removeprefix(NOT))
            if key is not None and key.kind == "named":
                known = dict(key.specials)
                given[name] = [
                    value if value in known or value.isdigit() else self.names.key_of(key.name, value) or value
                    for value in single(key, values)
                ]
        return given

    def filter_queryset(self, queryset: TicketQuerySet) -> TicketQuerySet:
        if self.lost:
            return queryset.none()
        found: TicketQuerySet = super().filter_queryset(queryset)
        return find(found, self.words) if self.words else found

    @property
    def words(self) -> str:
        """The free words and phrases, as tickets.finding reads them."""
        return " ".join(self.parameters.get(FREE, []))

    @cached_property
    def query(self) -> Query:
        """All that is asked for as one text, with each mistake at its word, whichever way it came: what was typed as
        it was typed, after what came as parameters."""
        written = to_text(_since_and_until(self._given), self.names)
        return parse(" ".join(filter(None, (written, *self._typed))), self.names)

    @property
    def is_sound(self) -> bool:
        return not self.mistakes and not self.lost and self.form.is_valid()

    @property
    def only_open(self) -> bool:
        """Can only find tickets that are still somebody's work: few at any size of the house."""
        return finds_only_open(self.parameters)


def finds_only_open(parameters: Mapping[str, Iterable[str]]) -> bool:
    states, statuses = parameters.get("is", ()), single(_BY_NAME["status"], parameters.get("status", ()))
    return (
        any(state in OPEN_STATES for state in states)
        or any(parameters.get("waiting", ()))
        or any(parameters.get("due", ()))
        or bool(statuses and set(statuses) <= set(OPEN_STATUSES))
    )


def stored_question(parameters: Mapping[str, Sequence[str]], tickets: TicketQuerySet, actor: Actor) -> TicketQuerySet:
    """What TicketFilter finds for parameters that a view keeps, without building a form to check them once more:
    of twenty views that are counted together the forms would cost most. What looks unusual goes through the form;
    what cannot be read any more (a field that was switched off, a choice that is gone) finds none, never all."""
    if not _are_stored(parameters):
        asked = TicketFilter(parameters, queryset=tickets, actor=actor)
        found: TicketQuerySet = asked.qs if asked.is_sound else tickets.none()
        return found
    few = finds_only_open(parameters)
    for name, values in parameters.items():
        key = _BY_NAME[name.removeprefix(NOT)]
        tickets = narrowed(tickets, key, values, actor, away=name.startswith(NOT), few=few) if values else tickets
    return tickets


def is_readable(parameters: Mapping[str, Sequence[str]], actor: Actor) -> bool:
    """Whether parameters that were kept still say what they said: no field, and no choice, of them is gone."""
    return _are_stored(parameters) or TicketFilter(parameters, queryset=Ticket.objects.none(), actor=actor).is_sound


def _are_stored(parameters: Mapping[str, Sequence[str]]) -> bool:
    """Whether all of them can be read without a form, as the query language writes them."""
    for name, values in parameters.items():
        key = _BY_NAME.get(name.removeprefix(NOT))
        if key is None or not all(_is_stored(key, value) for value in values):
            return False
    return True


def _is_stored(key: Key, value: str) -> bool:
    if key.kind == "moment":
        return read_bound(value) == value
    if key.kind == "named":
        return value in dict(key.specials) or _is_key(value)
    return key.kind in ("tag", "text") or value.lstrip("<>=" if key.compares else "") in dict(key.choices)


class _ManyField(forms.Field):
    """The values of one key, each checked; the cleaned value is a list of those stored forms."""

    widget = forms.MultipleHiddenInput

    def __init__(self, *, key: Key, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key = key

    def clean(self, value: Any) -> list[Any]:
        return [self._checked(one) for one in single(self.key, value or [])]

    def _checked(self, value: str) -> Any:
        known = dict(self.key.choices)
        if self.key.kind == "ranked":
            slug = value.lstrip("<>=")
            if slug in known and value.removesuffix(slug) in ("", *OPERATORS):
                return value
        elif self.key.kind == "moment":
            if read_bound(value) is not None:
                return value
        elif self.key.definition is not None:
            return self._of_field(value)
        elif self.key.kind == "tag":
            return value.lower()
        elif self.key.kind == "text":
            return value
        elif known:
            if value in known:
                return value
        elif self.key.specials or _is_key(value):
            # Who is not there finds nothing; that is no mistake of the one who asks for whom he sees in the address.
            return value
        raise ValidationError(_("There is no such choice."), code="invalid_choice")

    def _of_field(self, value: str) -> Any:
        definition = self.key.definition
        if definition is None or (self.key.choices and value not in dict(self.key.choices)):
            raise ValidationError(_("There is no such choice."), code="invalid_choice")
        try:
            return definition.parse(value)
        except HelpdeskError as error:
            raise ValidationError(str(error)) from None


class _Many(django_filters.Filter):  # type: ignore[misc]
    field_class = _ManyField

    def __init__(self, key: Key, away: bool) -> None:
        super().__init__(key=key)
        self.key, self.away = key, away

    def filter(self, queryset: TicketQuerySet, value: list[Any]) -> TicketQuerySet:
        if not value:
            return queryset
        asked = self.parent
        return narrowed(queryset, self.key, value, asked.actor, away=self.away, few=asked.only_open)


def _bound(filterset: TicketFilter, one: Any, name: str) -> Any:
    one.parent, one.field_name, one.model = filterset, name, Ticket
    return one


def _lists(data: Any) -> Parameters:
    """The given parameters as lists, whether they come from an address or from a row."""
    if isinstance(data, QueryDict):
        return {name: list(values) for name, values in data.lists()}
    return {name: [value] if isinstance(value, str) else list(value) for name, value in dict(data or {}).items()}


def _since_and_until(parameters: Mapping[str, Iterable[str]]) -> Parameters:
    """The same parameters where the two of the API for the day of opening are said as `created`."""
    plain = {
        name: list(values) for name, values in parameters.items() if name not in ("created_after", "created_before")
    }
    for name, operator in (("created_after", ">="), ("created_before", "<")):
        for value in parameters.get(name, ()):
            if value:
                plain.setdefault("created", []).append(operator + value)
    return plain


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdigit() and int(value[:20]) < 2**63
