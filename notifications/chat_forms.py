"""The shape of what people type about a channel of a chat program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.forms import RowsField
from agents.models import Team
from helpdesk.lib.outward import TargetRefused, vetted
from helpdesk.lib.outward_targets import LONGEST_URL
from helpdesk.lib.text import one_line
from notifications.chat_kinds import ChatKind
from notifications.chat_models import ChatHook

if TYPE_CHECKING:
    _ChatHookForm = forms.ModelForm[ChatHook]
else:
    _ChatHookForm = forms.ModelForm


class ChatHookForm(_ChatHookForm):
    """The address is asked for once: an empty field keeps the stored one, which nobody sees again."""

    url = forms.CharField(
        label=_("Address of the incoming webhook"),
        max_length=LONGEST_URL,
        widget=forms.PasswordInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("The chat program makes it for one channel. Whoever knows it can write there, so it is not shown."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What the channel is told"), choices=ChatKind.choices, widget=forms.CheckboxSelectMultiple
    )
    teams = RowsField(
        Team.objects.active(),
        label=_("Teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Of whose tickets it is told; without any choice of all."),
    )

    class Meta:
        model = ChatHook
        fields = ("name", "program", "teams", "with_words", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].required = not self.instance.url_secret
        self.fields["kinds"].initial = self.instance.kinds or [ChatKind.ESCALATED, ChatKind.BREACHED]
        self.order_fields(["name", "program", "url", "kinds", "teams", "with_words", "active"])

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"], 80)

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if url:
            try:
                vetted(url)
            except TargetRefused as refusal:
                raise forms.ValidationError(str(refusal), code=refusal.code) from None
        return url

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.kinds = cleaned.get("kinds", [])
        return cleaned
