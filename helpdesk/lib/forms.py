"""Forms that take exactly what they offer: a field that was not offered stops the request (E09)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import BadRequest

from helpdesk.lib.errors import HelpdeskError

ALWAYS = frozenset({"csrfmiddlewaretoken"})
Made = TypeVar("Made")


def refuse_unknown(given: Mapping[str, Any], allowed: set[str] | frozenset[str] = frozenset()) -> None:
    """Raise BadRequest (400) when `given` holds a name that the page never offered."""
    if unknown := set(given) - allowed - ALWAYS:
        raise BadRequest(f"Unknown field: {sorted(unknown)[0][:60]}")


class StrictForm(forms.Form):
    """Unknown fields are 400 before anything is read. `changes()` is what the writer altered, compared with what the
    page showed, so that two people who edit different fields of one thing do not undo each other."""

    def is_valid(self) -> bool:
        if self.is_bound:
            names = {self.add_prefix(name) for name in self.fields}
            refuse_unknown(self.data, names | {self.add_initial_prefix(name) for name in self.fields})
        return super().is_valid()

    def changes(self) -> dict[str, Any]:
        """Cleaned values of the fields that differ from what was shown (fields with show_hidden_initial)."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}

    def attempt(self, work: Callable[[], Made]) -> Made | None:
        """What `work` made of a form that was sent and is right; else None, and the form says what is wrong with it."""
        if self.is_bound and self.is_valid():
            try:
                return work()
            except HelpdeskError as error:
                self.refused(error)
        return None

    def refused(self, error: HelpdeskError) -> None:
        """Show a rule's refusal at the field that it concerns, or above all fields."""
        self.add_error(error.field if error.field in self.fields else None, str(error))
