"""The secrets in the links of a survey: made at random, known by their hash, never written to the database or a log."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.lib.errors import NotVisible
from surveys.models import Survey, SurveyToken

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def make_token(survey: Survey) -> str:
    """A new token of 256 bits for this survey; those made before go on working."""
    token = secrets.token_urlsafe(32)
    SurveyToken.objects.create(survey=survey, digest=digest_of(token))
    return token


def find(token: str) -> Survey:
    """The survey that the token opens. Raises NotVisible for every other text, whatever is wrong with it (I07).

    It is looked up by its hash, so the time that takes tells nothing about how much of a guess was right (F13).
    """
    found = None
    if _SHAPE.fullmatch(token):
        kept = SurveyToken.objects.filter(digest=digest_of(token)).select_related("survey").first()
        found = kept.survey if kept else None
    if found is None:
        raise NotVisible("not_found", _("There is no such survey."))
    return found


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def new_header_id() -> str:
    """A fresh Message-ID below our own domain for tickets, by which a mail that comes back to us is known as ours."""
    return f"survey.{secrets.token_hex(16)}@ticket.{settings.MAIL_DOMAIN}"
