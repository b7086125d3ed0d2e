"""Custom fields: what an admin wants to know about every ticket; values live in Ticket.custom by key."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import HelpdeskError


class FieldDefinition(models.Model):
    """One typed field. Its key is fixed once made, because values, views and integrations refer to it."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        CHECKBOX = "checkbox", _("Checkbox")

    key = models.SlugField(_("key"), max_length=40, unique=True)
    label = models.CharField(_("label"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    required_to_solve = models.BooleanField(_("needed before a ticket is solved"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("shown"), default=True)

    class Meta:
        ordering = ("position", "label")
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if self.kind == self.Kind.CHOICE and not self.choices:
            raise ValidationError({"choices": _("A choice field needs at least one choice.")})

    def parse(self, value: Any) -> Any:
        """The value in the form that is stored: str, int or float, ISO date, bool; None empties the field.

        Raises HelpdeskError("bad_value") that names this field.
        """
        if value is None or value == "":
            return None
        reader = {
            self.Kind.TEXT: self._text,
            self.Kind.NUMBER: self._number,
            self.Kind.DATE: self._date,
            self.Kind.CHOICE: self._choice,
            self.Kind.CHECKBOX: self._checkbox,
        }[self.Kind(self.kind)]
        return reader(value)

    def _refuse(self, why: Any) -> HelpdeskError:
        return HelpdeskError("bad_value", f"{self.label}: {why}", field=f"custom_{self.key}")

    def _text(self, value: Any) -> str:
        text = str(value).replace("\x00", "").strip()
        if len(text) > 1000:
            raise self._refuse(_("at most 1,000 characters."))
        return text

    def _number(self, value: Any) -> int | float:
        try:
            number = Decimal(str(value).strip())
            if isinstance(value, bool) or not number.is_finite() or abs(number) > 10**15:
                raise InvalidOperation
        except InvalidOperation:
            raise self._refuse(_("enter a number.")) from None
        return int(number) if number == number.to_integral_value() else float(number)

    def _date(self, value: Any) -> str:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            raise self._refuse(_("enter a date as YYYY-MM-DD.")) from None

    def _choice(self, value: Any) -> str:
        if value not in self.choices:
            raise self._refuse(_("choose one of the offered values."))
        return str(value)

    def _checkbox(self, value: Any) -> bool:
        if value in (True, "true", "on", "1"):
            return True
        if value in (False, "false", "off", "0"):
            return False
        raise self._refuse(_("is either on or off."))
