"""All components on one page, for those who build with them; served only while DEBUG is on."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SampleForm(forms.Form):
    """Every kind of field once."""

    name = forms.CharField(label=_("Name"), help_text=_("As colleagues know the team."))
    address = forms.EmailField(label=_("Address"))
    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("da", "Dansk")])
    words = forms.CharField(label=_("Words"), widget=forms.Textarea, required=False)
    sees_all = forms.BooleanField(label=_("Sees the tickets of all teams"), required=False)
    role = forms.ChoiceField(
        label=_("Role"), choices=[("a", _("Agent")), ("s", _("Supervisor"))], widget=forms.RadioSelect
    )


def gallery(request: HttpRequest) -> HttpResponse:
    """404 unless DEBUG: a page for builders has no place in a live house."""
    if not settings.DEBUG:
        raise Http404
    now = timezone.now()
    context = {
        "form": SampleForm({"name": "Billing", "address": "not an address", "language": "da"}),
        "states": [
            ("new", _("New")),
            ("open", _("Open")),
            ("pending", _("Pending")),
            ("on_hold", _("On hold")),
            ("solved", _("Solved")),
            ("closed", _("Closed")),
        ],
        "priorities": [("low", _("Low")), ("normal", _("Normal")), ("high", _("High")), ("urgent", _("Urgent"))],
        "tones": ["blue", "green", "amber", "red", "violet", "teal", "grey"],
        "people": [
            "Ana Berg",
            "Leo Quist",
            "Mia Holm",
            "Otto Vang",
            "Kim Larsen",
            "Olena Koval",
            "Jan Nowak",
            "Ida Moe",
        ],
        "moments": [
            now - timedelta(minutes=4),
            now - timedelta(hours=3),
            now - timedelta(days=2),
            now - timedelta(days=40),
        ],
        "options": [
            {"label": _("All"), "url": "#", "current": True},
            {"label": _("Mine"), "url": "#", "current": False},
        ],
        "crumbs": [(_("Settings"), "#"), (_("Teams"), "#")],
    }
    return render(request, "components/gallery.html", context)
