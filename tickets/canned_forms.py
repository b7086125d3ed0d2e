"""The shape of a canned text; the rules stand in canned.py."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.actors import Actor
from agents.models import Team
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.forms import StrictForm
from helpdesk.lib.http import number_in
from tickets.canned import may_share
from tickets.models import CannedText

EVERYBODY = "all"
MINE = "mine"


class CannedTextForm(StrictForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    shortcut = forms.CharField(
        label=_("Shortcut"),
        max_length=40,
        required=False,
        help_text=_("What you type after “/” to find it at once, such as refund."),
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Markdown works, and so do the variables below."),
    )
    team = forms.ChoiceField(label=_("Who may use it"), choices=())

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, text: CannedText | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if text is None:
            del self.fields["version"]
        choices: list[tuple[str, Any]] = [(MINE, _("Only me"))]
        if may_share(actor):
            teams = Team.objects.active()
            if not actor.sees_all_tickets:
                teams = teams.filter(pk__in=actor.team_ids)
            choices.append((EVERYBODY, _("Everybody")))
            choices += [(str(pk), name) for pk, name in teams.order_by("name").values_list("pk", "name")]
        field: Any = self.fields["team"]
        field.choices = choices

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        to = data["team"]
        return {
            "title": data["title"],
            "shortcut": data["shortcut"],
            "body": data["body"],
            "shared": to != MINE,
            "team_id": int(to) if to not in (MINE, EVERYBODY) else None,
        }

    @property
    def was_shown(self) -> int:
        """Which version the page showed; 0, which none is, when it does not say."""
        return number_in(self.cleaned_data.get("version")) or 0

    def overtaken(self, error: HelpdeskError, text: CannedText) -> None:
        """What was typed stays. Whoever sends it once more has been told, and means the text as it is now."""
        self.refused(error)
        data: Any = copy(self.data)
        data["version"] = str(text.version)
        self.data = data

    @staticmethod
    def showing(text: CannedText) -> dict[str, Any]:
        team = MINE if text.owner_id else str(text.team_id or EVERYBODY)
        return {
            "title": text.title,
            "shortcut": text.shortcut,
            "body": text.body,
            "team": team,
            "version": text.version,
        }
