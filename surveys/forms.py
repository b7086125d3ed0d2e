"""The shape of an answer, of the settings, and of the words in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.text import clean, one_line
from surveys.answering import LONGEST_COMMENT
from surveys.models import SurveySettings, SurveyText

if TYPE_CHECKING:
    _SettingsForm = forms.ModelForm[SurveySettings]
    _TextForm = forms.ModelForm[SurveyText]
else:
    _SettingsForm = _TextForm = forms.ModelForm


class AnswerForm(forms.Form):
    """Public: names that it does not know are passed over, since mail programs and privacy tools add some."""

    score = forms.TypedChoiceField(
        choices=[(number, number) for number in range(1, 6)],
        coerce=int,
        error_messages={"required": _("Choose one of the five."), "invalid_choice": _("Choose one of the five.")},
    )
    comment = forms.CharField(
        label=_("What would you like to tell us?"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea({"rows": 4}),
    )


class SettingsForm(_SettingsForm):
    class Meta:
        model = SurveySettings
        fields = (
            "enabled",
            "style",
            "delay_hours",
            "day_from",
            "day_until",
            "weekends",
            "time_zone",
            "throttle_days",
            "sample_percent",
            "reminder_days",
            "expire_days",
        )
        # Of fields whose name reads well in a record, and oddly above a number that is to be typed.
        labels = {
            "enabled": _("Ask customers how satisfied they are"),
            "style": _("Draw the scale of five as"),
            "delay_hours": _("Wait after solving (hours)"),
            "day_from": _("Earliest hour"),
            "day_until": _("Latest hour"),
            "weekends": _("Ask at weekends too"),
            "time_zone": _("Time zone of customers without one"),
            "throttle_days": _("Pause between two surveys to one customer (days)"),
            "sample_percent": _("Share of solved tickets to ask about (%)"),
            "reminder_days": _("Remind once after (days)"),
            "expire_days": _("Close the survey after (days)"),
        }
        help_texts = {
            "day_from": _("Hour of the customer's own day, 0 to 23."),
            "day_until": _("Hour of the customer's own day, 1 to 24."),
            "throttle_days": _("0: as often as their tickets are solved."),
            "reminder_days": _("0: nobody is reminded."),
        }

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(_("Write a zone such as Europe/Copenhagen."), code="no_such_zone")
        return zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("day_from"), cleaned.get("day_until")
        if begins is not None and ends is not None and begins >= ends:
            self.add_error("day_until", _("The day must end after it begins."))
        reminder, expires = cleaned.get("reminder_days"), cleaned.get("expire_days")
        if reminder is not None and expires is not None and reminder >= expires:
            self.add_error("reminder_days", _("Remind before the survey closes."))
        return cleaned


class TextForm(_TextForm):
    class Meta:
        model = SurveyText
        fields = ("subject", "introduction", "question", "thanks")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return {name: one_line(clean(value), 500) for name, value in cleaned.items()}
