"""How well tickets were settled, and how often they went from hand to hand."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.kpi import COUNT, DOWN, LAST, RATE, SHARE, UP, Kpi
from reports.measures import Counted, Share, Spread
from reports.models import Kind
from reports.ratios import Rate

DAY = 24 * 3600


def _reopened_soon() -> Q:
    return Q(reopened_after__lte=settings.REPORTS_REOPEN_DAYS * DAY)


def _settled_by_one() -> Q:
    """Of a last solve: it was the only one, took one answer, held, and nobody came back."""
    back = Q(returned_after__isnull=True) | Q(returned_after__gt=settings.REPORTS_RETURN_DAYS * DAY)
    return Q(first=True, reopened_after__isnull=True, replies=1) & back


QUALITY = (
    Kpi(
        "one_touch",
        _("One-touch"),
        SHARE,
        UP,
        _("Share of solved tickets that took exactly one public reply. A ticket counts when it was last solved."),
        lambda: Share(Kind.SOLVED, Q(replies=1), LAST),
    ),
    Kpi(
        "silent",
        _("Solved without a reply"),
        COUNT,
        DOWN,
        _("Solved tickets that no agent ever answered in public. A ticket counts when it was last solved."),
        lambda: Counted(Kind.SOLVED, LAST & Q(replies=0)),
    ),
    Kpi(
        "first_contact",
        _("First-contact resolution"),
        SHARE,
        UP,
        _(
            "Share of solved tickets that took one public reply, were never reopened, and whose customer opened no "
            "other ticket within the number of days in the settings (usually 7). A ticket counts when it was last "
            "solved."
        ),
        lambda: Share(Kind.SOLVED, _settled_by_one(), LAST),
        settles_after="REPORTS_RETURN_DAYS",
    ),
    Kpi(
        "reopen_rate",
        _("Reopen rate"),
        SHARE,
        DOWN,
        _(
            "Share of the tickets solved in the range that were reopened within the number of days in the settings "
            "(usually 7)."
        ),
        lambda: Share(Kind.SOLVED, _reopened_soon(), tickets=True),
        settles_after="REPORTS_REOPEN_DAYS",
    ),
    Kpi(
        "escalation_rate",
        _("Escalation rate"),
        RATE,
        DOWN,
        _("Escalations opened in the range, for each ticket created in the range."),
        lambda: Rate(Kind.ESCALATED, Kind.CREATED),
    ),
    Kpi(
        "hand_back_rate",
        _("Hand-back rate"),
        SHARE,
        DOWN,
        _("Share of the escalations closed in the range that were handed back. Escalations that expired are left out."),
        lambda: Share(Kind.ESCALATION_CLOSED, Q(outcome="handed_back")),
    ),
    Kpi(
        "reassignments",
        _("Reassignments"),
        COUNT,
        DOWN,
        _(
            "How often tickets went to another agent or team in the range. The first assignment does not count, and "
            "neither does what was undone."
        ),
        lambda: Counted(Kind.REASSIGNED),
    ),
    Kpi(
        "replies",
        _("Replies per solved ticket"),
        COUNT,
        DOWN,
        _("Public replies on each solved ticket until it was last solved. A ticket counts when it was last solved."),
        lambda: Spread(Kind.SOLVED, "replies", None, LAST),
    ),
)
