"""Surveys as pages show them: signs and words beside the facts, each step in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from surveys.models import Reason, State, Survey
from surveys.wording import SCALE, STEPS, sign_of

if TYPE_CHECKING:
    from surveys.querysets import SurveyQuerySet

MIDDLE = 3
TONES: dict[str, str] = {State.ANSWERED: "green", State.SENT: "blue", State.SCHEDULED: "blue"}


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given; the sign is decoration, the words say the same."""

    score: int
    sign: str
    words: str
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    survey: Survey
    sign: str
    words: str
    tone: str
    steps: list[Line]
    earlier: list[Given]
    repliers: Sequence[str] = ()


def shown(survey: Survey) -> Shown:
    """Reads prefetched steps, answers and repliers."""
    steps = [Line(_step(step.what), _reason(step.reason), step.at) for step in survey.steps.all()]
    earlier = [
        Given(one.score, sign_of(one.score, survey.style), str(SCALE[one.score - 1]), one.comment, one.given_at)
        for one in list(survey.answers.all())[:-1]
    ]
    repliers = [one.agent.name for one in survey.repliers.all()]
    return replace(_row(survey, steps, earlier), repliers=repliers)


def rows_of(surveys: SurveyQuerySet, limit: int) -> list[Shown]:
    """The first of them, without their steps."""
    return [_row(survey, [], []) for survey in surveys.for_list()[:limit]]


def row(survey: Survey) -> Shown:
    return _row(survey, [], [])


def _row(survey: Survey, steps: list[Line], earlier: list[Given]) -> Shown:
    sign = sign_of(survey.score, survey.style) if survey.score else ""
    words = str(SCALE[survey.score - 1]) if survey.score else ""
    tone = "red" if survey.is_low else "amber" if survey.score == MIDDLE else TONES.get(survey.state, "grey")
    return Shown(survey, sign, words, tone, steps, earlier)


def _step(what: str) -> str:
    return str(State(what).label if what in State.values else STEPS.get(what, what))


def _reason(reason: str) -> str:
    return str(Reason(reason).label) if reason in Reason.values else ""
