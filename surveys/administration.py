"""Changing how customers are asked: who may, and what the audit log learns of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.actors import Actor
from agents.permissions import Permission
from customers.models import Customer, CustomerChange
from helpdesk.lib.errors import NotVisible
from surveys.answering import opt_in, opt_out
from surveys.models import SurveySettings, SurveyText

MAY = Permission.MANAGE_SLA
"""Whoever decides what customers are promised decides how they are asked about it."""


def save_settings(by: Actor, chosen: SurveySettings, changed: Sequence[str]) -> None:
    by.require(MAY)
    with transaction.atomic():
        chosen.pk = SurveySettings.ONLY
        chosen.save()
        if changed:
            audit.record("surveys_edited", by=by)


def text_in(language: str) -> SurveyText:
    """The house's words in a language that customers can be written to in. Raises NotVisible for any other."""
    if language not in dict(settings.LANGUAGES):
        raise NotVisible("not_found", _("There is no such language."))
    return SurveyText.objects.filter(language=language).first() or SurveyText(language=language)


def save_text(by: Actor, text: SurveyText) -> None:
    by.require(MAY)
    with transaction.atomic():
        text.save()
        audit.record("survey_text_edited", by=by, subject=dict(settings.LANGUAGES)[text.language])


def set_asking(by: Actor, customer: Customer, wanted: bool) -> None:
    """Note for a customer, who said so to an agent, whether they may be asked."""
    by.require(Permission.EDIT_CUSTOMERS)
    with transaction.atomic():
        if wanted:
            opt_in(customer)
        else:
            opt_out(customer, by)
        CustomerChange.record(customer, "surveys_wanted" if wanted else "surveys_refused", by)
