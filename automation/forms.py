"""The shape of what people set about routing; the rules live in administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from automation.languages import language_of, name_of
from automation.models import Mode
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from sla.models import Calendar
from tickets.actions.tags import normalise_tag

MOST_SKILLS = 50
MOST_TICKETS = 1_000


class CalendarField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One calendar in use, or the one that is set already though archived since; or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Calendar.objects.none(), required=False, **kwargs)

    def offer(self, current: Calendar | None) -> None:
        kept = Q(archived_at=None) | Q(pk=current.pk if current else None)
        self.queryset = Calendar.objects.filter(kept).order_by("name")

    def to_python(self, value: Any) -> Any:
        """A number that no column of keys can hold is a wrong choice, not a database error."""
        if value not in self.empty_values and number_in(str(value)) is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        return super().to_python(value)


class RoutingForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("Who gets the next ticket"),
        choices=[
            (Mode.MANUAL, _("Nobody by itself: tickets wait until somebody takes or assigns them")),
            (Mode.ROUND_ROBIN, _("Members in turn: whoever was given one longest ago")),
            (Mode.LEAST_LOADED, _("The member with the fewest open tickets")),
        ],
        widget=forms.RadioSelect,
    )
    calendar = CalendarField(
        label=_("Working hours"),
        empty_label=_("Always"),
        help_text=_("Outside them tickets wait. A member with working hours of their own keeps to those."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].offer(self.initial.get("calendar"))  # type: ignore[attr-defined]


class WorkForm(forms.Form):
    """What an agent takes on."""

    capacity = forms.IntegerField(
        label=_("Open tickets at once"),
        min_value=0,
        max_value=MOST_TICKETS,
        required=False,
        help_text=_("Up to so many are handed out to the agent. Left empty, any number."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    languages = forms.CharField(
        label=_("Languages"),
        max_length=1000,
        required=False,
        help_text=_("Separated by commas. A ticket in a language that a member writes goes to such members only."),
    )
    tags = forms.CharField(
        label=_("Tags"),
        max_length=3000,
        required=False,
        help_text=_("Separated by commas. A ticket with a tag that a member has goes to such members only."),
    )
    calendar = CalendarField(label=_("Working hours"), empty_label=_("Those of the team"))

    def __init__(self, data: QueryDict | None, initial: dict[str, Any]) -> None:
        """`initial` as administration.work_of() gives it."""
        shown = initial | {
            "languages": ", ".join(name_of(language) for language in initial["languages"]),
            "tags": ", ".join(initial["tags"]),
        }
        super().__init__(data, initial=shown)
        self.fields["calendar"].offer(initial["calendar"])  # type: ignore[attr-defined]

    def clean_languages(self) -> list[str]:
        return [self._language(word) for word in _words(self.cleaned_data["languages"])]

    def clean_tags(self) -> list[str]:
        try:
            return [normalise_tag(word) for word in _words(self.cleaned_data["tags"])]
        except HelpdeskError as error:
            raise ValidationError(str(error)) from None

    @staticmethod
    def _language(word: str) -> str:
        language = language_of(word)
        if language is None:
            raise ValidationError(_now("“%(word)s” is no language that is known here.") % {"word": word[:40]})
        return language


def _words(typed: str) -> list[str]:
    words = [word for word in (part.strip() for part in typed.split(",")) if word]
    if len(words) > MOST_SKILLS:
        raise ValidationError(_now("At most %(count)d.") % {"count": MOST_SKILLS})
    return words
