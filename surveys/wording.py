"""The words of a survey in the customer's language: the house's own where there are some, else those of the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.lib.text import one_line
from surveys.models import SurveyText

if TYPE_CHECKING:
    from surveys.models import Survey

# What each point of the scale is called, 1 first; the sign never stands alone.
SCALE: tuple[str | Promise, ...] = (
    gettext_lazy("Very bad"),
    gettext_lazy("Bad"),
    gettext_lazy("So-so"),
    gettext_lazy("Good"),
    gettext_lazy("Very good"),
)
FACES = ("😠", "🙁", "😐", "🙂", "😀")

STEPS: dict[str, str | Promise] = {
    "handed_over": gettext_lazy("Handed to the mail"),
    "reminded": gettext_lazy("Reminded"),
    "postponed": gettext_lazy("Put off to the customer's daytime"),
    "changed": gettext_lazy("Answer changed"),
    "escalated": gettext_lazy("Escalated"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What mail and page say, in the language that is active."""

    subject: str
    introduction: str
    question: str
    thanks: str


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the scale as drawn; `link` leads to the page with it chosen, and records nothing."""

    score: int
    sign: str
    label: str
    link: str = ""


def words_for(survey: Survey) -> Words:
    """To be asked with the survey's language active."""
    own = SurveyText.objects.filter(language=survey.language).first() or SurveyText()
    number = {"number": survey.ticket_id}
    return Words(
        one_line(own.subject, 150) or _("How did we do? [#%(number)s]") % number,
        own.introduction or _("We have solved your ticket #%(number)s and would like to know what you think.") % number,
        own.question or _("How satisfied are you with our help?"),
        own.thanks or _("Thank you for your answer."),
    )


def points(style: str, links: tuple[str, ...] = ("",) * 5) -> list[Point]:
    """The five points, 1 first."""
    return [
        Point(score, sign_of(score, style), str(label), links[score - 1]) for score, label in enumerate(SCALE, start=1)
    ]


def sign_of(score: int, style: str) -> str:
    return "★" * score + "☆" * (5 - score) if style == "stars" else FACES[score - 1]
