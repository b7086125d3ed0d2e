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
        _(
            "Share of scores of 4 and 5 among the answers to surveys sent in the range, with the confidence interval "
            "of Wilson (95 %)."
        ),
        lambda: Answers(HAPPY),
    ),
    Kpi(
        "csat_score",
        _("Average score"),
        SCORE,
        UP,
        _("Average score, from 1 to 5, of the answers to surveys sent in the range."),
        Average,
    ),
    Kpi(
        "csat_low",
        _("Unhappy answers"),
        SHARE,
        DOWN,
        _("Share of scores of 1 and 2 among the answers to surveys sent in the range."),
        lambda: Answers(UNHAPPY),
    ),
    Kpi(
        "csat_response",
        _("Response rate"),
        SHARE,
        UP,
        _("Share of the surveys sent in the range that were answered, whenever the answer came."),
        lambda: Answers(ANSWERED, EVERY),
    ),
)
