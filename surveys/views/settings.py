"""How customers are asked: one page of settings, and one for the words in each language."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.decorators import needs
from agents.requests import AgentRequest, posted
from helpdesk.lib.http import Said, answer
from surveys import administration
from surveys.forms import SettingsForm, TextForm
from surveys.models import Survey, SurveySettings, SurveyText
from surveys.wording import words_for


@require_http_methods(["GET", "HEAD", "POST"])
@needs(administration.MAY)
def settings_page(request: AgentRequest) -> HttpResponse:
    form = SettingsForm(posted(request), instance=SurveySettings.current())
    if request.method == "POST" and form.is_valid():
        administration.save_settings(request.actor, form.instance, form.changed_data)
        return answer(request, "", {}, to=reverse("surveys:settings"), said=Said(_("The settings are saved.")))
    own = set(SurveyText.objects.values_list("language", flat=True))
    languages = [(code, name, code in own) for code, name in settings.LANGUAGES]
    context = {"form": form, "languages": languages}
    return render(request, "surveys/settings.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(administration.MAY)
def text(request: AgentRequest, language: str) -> HttpResponse:
    """The words in one language; beside each field stands what is said while it is empty."""
    found = administration.text_in(language)
    form = TextForm(posted(request), instance=found)
    with translation.override(language):
        said = words_for(Survey(ticket_id=1234))
    for name, field in form.fields.items():
        field.help_text = _("While it is empty: %(words)s") % {"words": getattr(said, name)}
    if request.method == "POST" and form.is_valid():
        administration.save_text(request.actor, form.instance)
        return answer(request, "", {}, to=reverse("surveys:settings"), said=Said(_("The words are saved.")))
    context = {"form": form, "name": dict(settings.LANGUAGES)[language]}
    return render(request, "surveys/text.html", context, status=422 if form.errors else 200)
