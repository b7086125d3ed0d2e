"""The shape of a saved view and of a list's look; the rules stand in saved_views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.models import Team
from agents.permissions import Permission
from helpdesk.lib.forms import StrictForm
from tickets.list_columns import every_column
from tickets.models import FieldDefinition, SavedView
from tickets.query_text import LONGEST
from tickets.saved_views import LONGEST_NAME
from tickets.sorting import SORTS

if TYPE_CHECKING:
    from agents.actors import Actor

AS_USUAL = ("", _("As usual"))


def _columns() -> list[tuple[str, Any]]:
    fields = FieldDefinition.objects.filter(active=True)
    return [(column.name, column.label) for column in every_column(fields).values()]


class SavedViewForm(StrictForm):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    text = forms.CharField(
        label=_("Query"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    sharing = forms.ChoiceField(label=_("For"), choices=SavedView.Sharing.choices, widget=forms.RadioSelect)
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)
    sort = forms.ChoiceField(label=_("Order"), required=False)
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        required=False,
        choices=_columns,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: requester, tags, team and assignee, as usual."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order: Any = self.fields["sort"]
        order.choices = [AS_USUAL, *((sort.slug, sort.label) for sort in SORTS.values())]
        if not actor.can(Permission.SHARE_VIEWS):
            del self.fields["sharing"], self.fields["team"]
            return
        team: Any = self.fields["team"]
        team.choices = [("", _("None")), *_teams_of(actor)]

    @staticmethod
    def showing(view: SavedView) -> dict[str, Any]:
        return {name: getattr(view, name) for name in ("name", "text", "sharing", "sort", "columns")} | {
            "team": view.team_id
        }


class LookForm(StrictForm):
    """`list` is the address that one came from; `view` whose look it is. The button `forget` is no field."""

    view = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    list = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    sort = forms.ChoiceField(label=_("Order"), required=False)
    columns = forms.MultipleChoiceField(
        label=_("Columns"), required=False, choices=_columns, widget=forms.CheckboxSelectMultiple
    )
    compact = forms.BooleanField(label=_("Compact rows, in all lists"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order: Any = self.fields["sort"]
        order.choices = [AS_USUAL, *((sort.slug, sort.label) for sort in SORTS.values())]


def _teams_of(actor: Actor) -> list[tuple[int, str]]:
    teams = Team.objects.active()
    if not actor.sees_all_tickets:
        teams = teams.filter(pk__in=actor.team_ids)
    return list(teams.values_list("pk", "name"))
