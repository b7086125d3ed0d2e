"""The conditions of policies and steps: lines in the query language, of facts that a ticket tells by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError
from tickets.query_names import DatabaseNames
from tickets.query_text import FREE, NOT, Parameters, Query, parse, to_text

MOST = 12
"""Lines of one policy."""
# Facts of which each change on the ticket is written down, so that a policy can be chosen anew in the same moment. Of
# the tier only a change of the organisation is: one that is given another tier keeps the policies of its open tickets
# until they are next chosen.
FACTS = frozenset(
    {
        "status",
        "priority",
        "type",
        "channel",
        "team",
        "assignee",
        "requester",
        "organization",
        "tier",
        "tag",
        "follower",
    }
)
FIELD = "field_"
_OF_THE_READER = frozenset({"me", "mine"})


def read_condition(text: str, names: DatabaseNames) -> Query:
    """The line as the query language reads it; its mistakes are told there. Never raises."""
    return parse(text.strip(), names)


def check_condition(parameters: Mapping[str, Sequence[str]]) -> None:
    """Raise HelpdeskError bad_condition for what no promise can hang on: time that passes, words, who is reading."""
    for name, values in parameters.items():
        plain = name.removeprefix(NOT)
        if plain == FREE:
            raise _refused(_("A promise cannot depend on words that stand in a ticket. Use a tag or a field."))
        if plain not in FACTS and not plain.startswith(FIELD):
            message = _(
                "A promise cannot depend on “%(key)s”. Use state, priority, type, channel, team, assignee, requester,"
                " organisation, tier, tag, follower or a custom field."
            )
            raise _refused(message % {"key": plain})
        if _OF_THE_READER & set(values):
            raise _refused(_("Nobody in particular reads a condition: name the agent or team instead of “me”."))


def _refused(message: str) -> HelpdeskError:
    return HelpdeskError("bad_condition", message, field="conditions")


def read_conditions(lines: Iterable[str]) -> list[Parameters]:
    """One parameter set per line, empty lines left out. Raises HelpdeskError bad_condition."""
    names, found = DatabaseNames(), []
    for line in lines:
        if not line.strip():
            continue
        query = read_condition(line, names)
        if query.mistakes:
            raise _refused(f"{query.mistakes[0].word}: {query.mistakes[0].message}")
        check_condition(query.parameters)
        if query.parameters:
            found.append(query.parameters)
    if len(found) > MOST:
        raise _refused(_("A policy has at most twelve lines."))
    return found


def said(conditions: Iterable[Mapping[str, Iterable[str]]], names: DatabaseNames) -> list[str]:
    """Each parameter set as its line."""
    return [to_text(parameters, names) for parameters in conditions]
