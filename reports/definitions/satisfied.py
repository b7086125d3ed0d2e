"""What customers say of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from reports.kpi import DOWN, SCORE, SHARE, UP, Kpi
from reports.measures import EVERY
from reports.satisfaction import ANSWERED, HAPPY, UNHAPPY, Answers, Average

SATISFIED = (
    Kpi(
        "csat",
        _("Satisfaction"),
        SHARE,
        UP,
        _("Of the answers to surveys sent in the range: those of 4 and 5, with the 95 % interval of Wilson."),
        lambda: Answers(HAPPY),
    ),
    Kpi(
        "csat_score",
        _("Average score"),
        SCORE,
        UP,
        _("The mean of the answers, from 1 to 5, to surveys sent in the range."),
        Average,
    ),
    Kpi(
        "csat_low",
        _("Unhappy answers"),
        SHARE,
        DOWN,
        _("Of the answers to surveys sent in the range: those of 1 and 2."),
        lambda: Answers(UNHAPPY),
    ),
    Kpi(
        "csat_response",
        _("Response rate"),
        SHARE,
        UP,
        _("Of the surveys sent in the range: those that were answered, whenever that was."),
        lambda: Answers(ANSWERED, EVERY),
    ),
)
