"""The shape of how somebody wants to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Kind, Way
from notifications.models import Wishes

if TYPE_CHECKING:
    _WishesForm = forms.ModelForm[Wishes]
else:
    _WishesForm = forms.ModelForm


class WishesForm(_WishesForm):
    """A choice for each kind, then the quiet hours and whether mails carry words."""

    class Meta:
        model = Wishes
        fields = ("quiet_from", "quiet_until", "with_words")
        labels = {
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
            "with_words": _("Mails show what was written, not only that something was"),
        }
        help_texts = {"quiet_until": _("In your time zone. Mails wait until the end of the quiet hours.")}
        widgets = {name: forms.TimeInput({"type": "time"}, "%H:%M") for name in ("quiet_from", "quiet_until")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in Kind:
            self.fields[f"way_{kind.value}"] = forms.ChoiceField(
                label=kind.label, choices=Way.choices, initial=self.instance.way(kind.value)
            )
        self.order_fields([f"way_{kind.value}" for kind in Kind])
        if not settings.NOTIFICATION_MAIL_WORDS:
            del self.fields["with_words"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            empty = "quiet_from" if cleaned.get("quiet_from") is None else "quiet_until"
            if empty not in self.errors:
                self.add_error(empty, _("Quiet hours need a beginning and an end."))
        return cleaned

    def save(self, commit: bool = True) -> Wishes:
        self.instance.ways = {kind.value: self.cleaned_data[f"way_{kind.value}"] for kind in Kind}
        saved: Wishes = super().save(commit)
        return saved
