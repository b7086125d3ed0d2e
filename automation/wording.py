"""Says what routing decided and what it waits for, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from automation.choosing import Candidate, Needs, Obstacle, Pool
from automation.languages import name_of
from automation.models import Mode
from automation.queue_state import MOST_COUNTED, Next, QueueState, Waiting
from helpdesk.lib.moments import near_day_and_time


def total(state: QueueState) -> str:
    """How many tickets wait in the team."""
    if state.total > MOST_COUNTED:
        return _("More than %(count)d tickets wait") % {"count": MOST_COUNTED}
    if not state.total:
        return _("No ticket waits")
    return ngettext("%(count)d ticket waits", "%(count)d tickets wait", state.total) % {"count": state.total}


def why(row: Waiting, opens_at: datetime | None = None) -> str:
    """Why those of one row wait."""
    if row.why == Obstacle.CLOSED and opens_at is not None:
        return _("Nobody who is online works at this hour. The team opens %(moment)s.") % {
            "moment": near_day_and_time(opens_at)
        }
    if row.why == "skills":
        words = ngettext(
            "%(count)d ticket asks for %(skills)s, and nobody who has room can do that.",
            "%(count)d tickets ask for %(skills)s, and nobody who has room can do that.",
            row.count,
        )
        return words % {"count": row.count, "skills": skills(row.needs)}
    if row.why == Obstacle.LET_GO:
        words = ngettext(
            "%(count)d ticket was given back or taken from the only one who has room for it.",
            "%(count)d tickets were given back or taken from the only one who has room for them.",
            row.count,
        )
        return words % {"count": row.count}
    if row.why == "ready":
        words = ngettext(
            "%(count)d ticket is handed out within seconds.",
            "%(count)d tickets are handed out within seconds.",
            row.count,
        )
        return words % {"count": row.count}
    return _GENERAL[row.why]()


_GENERAL: dict[str, Callable[[], str]] = {
    "hand": lambda: _("This team hands out its tickets by hand."),
    "nobody": lambda: _("No member of this team may answer customers."),
    Obstacle.FULL: lambda: _("Everybody who is online and at work has as many open tickets as they take."),
    Obstacle.CLOSED: lambda: _("Nobody who is online works at this hour."),
    Obstacle.AWAY: lambda: _("Nobody is online; some are away."),
    Obstacle.OFFLINE: lambda: _("Nobody is online."),
}

_MEMBER: dict[Obstacle | None, Callable[[], str]] = {
    None: lambda: _("Takes tickets"),
    Obstacle.OFFLINE: lambda: _("Offline"),
    Obstacle.AWAY: lambda: _("Away"),
    Obstacle.CLOSED: lambda: _("Not at work"),
    Obstacle.FULL: lambda: _("Full"),
}


def member(candidate: Candidate) -> str:
    """Whether they are given tickets at the moment, in two words."""
    return _MEMBER[candidate.hindered_by]()


def who_is_next(pool: Pool, following: Next) -> str:
    """Who gets the next ticket, and why."""
    chosen = following.chosen
    if pool.mode == Mode.LEAST_LOADED:
        words = ngettext(
            "%(name)s, who has %(count)d open ticket: nobody who can take it has fewer.",
            "%(name)s, who has %(count)d open tickets: nobody who can take it has fewer.",
            chosen.load,
        )
        return words % {"name": chosen.name, "count": chosen.load}
    return _("%(name)s: of those who can take it, nobody has waited longer for a turn.") % {"name": chosen.name}


def who_follows(following: Next) -> str:
    """Who would be given the tickets after that, if they ask for nothing in particular; "" for nobody else."""
    if {candidate.agent_id for candidate in following.then} <= {following.chosen.agent_id}:
        return ""
    names = ", ".join(candidate.name for candidate in following.then)
    return _("Then %(names)s, for tickets that ask for no skill.") % {"names": names}


def skills(needs: Needs) -> str:
    return ", ".join([*([name_of(needs.language)] if needs.language else []), *sorted(needs.tags)])


def skills_of(candidate: Candidate) -> str:
    return ", ".join([*sorted(map(name_of, candidate.languages)), *sorted(candidate.tags)])
