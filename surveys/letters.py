"""Writes the mail that asks, in the customer's language: five links, none of which records anything by itself."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from agents.middleware import known_language
from helpdesk.lib.text import one_line
from surveys.models import SurveyMail
from surveys.wording import points, words_for


def compose(mail: SurveyMail, token: str) -> EmailMultiAlternatives:
    """Nothing that was said on the ticket stands in it: whoever reads it learns that there was a ticket, and no more.

    Links go to the configured host, whatever a request once said (F02).
    """
    survey = mail.survey
    stop = _url("surveys:stop", token)
    headers, sender = _dress(mail, stop)
    with translation.override(known_language(survey.language)):
        words = words_for(survey)
        subject = words.subject
        if mail.kind == SurveyMail.Kind.REMINDER:
            subject = one_line(_("Reminder: %(subject)s") % {"subject": words.subject}, 200)
        context = {
            "words": words,
            "points": points(survey.style, tuple(_url("surveys:score", token, score) for score in range(1, 6))),
            "stop_url": stop,
            "reminder": mail.kind == SurveyMail.Kind.REMINDER,
        }
        text = render_to_string("surveys/mail/question.txt", context)
        letter = EmailMultiAlternatives(subject, text, sender, [survey.recipient], headers=headers)
        letter.attach_alternative(render_to_string("surveys/mail/question.html", context), "text/html")
    return letter


def _dress(mail: SurveyMail, stop: str) -> tuple[dict[str, str], str]:
    """The headers of the mail, and whom it is from: what only mail can know comes from SURVEY_SENDER."""
    headers = {
        "Message-ID": f"<{mail.header_id}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    more = dict(import_string(settings.SURVEY_SENDER)(mail.survey.ticket_id, mail.survey.recipient))
    sender = more.pop("From", settings.DEFAULT_FROM_EMAIL)
    return {**headers, **more}, sender


def _url(name: str, *args: object) -> str:
    return str(settings.BASE_URL) + reverse(name, args=args)
