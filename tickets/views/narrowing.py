"""The form of filters to click: what it offers, what of a list's question it can show, and the rest as text."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from agents.models import Agent, Team
from tickets.asked_list import AskedList
from tickets.models import FieldDefinition
from tickets.query_keys import FIELD, KEYS
from tickets.query_text import FREE, Parameters, to_text

TICKED = ("status", "priority", "type", "channel")
CHOSEN = ("team", "assignee", "tag")


def narrowing(asked: AskedList) -> dict[str, Any]:
    """What the form needs. What it cannot show (ages, negation, words) stays in the query beside it."""
    offered = {
        "teams": Team.objects.active(),
        "agents": Agent.objects.assignable(),
        "fields": FieldDefinition.objects.filter(active=True),
    }
    given, rest = QueryDict(mutable=True), Parameters()
    labelled = {key.name: key for key in KEYS}
    for name, values in asked.filter.parameters.items():
        ticked = name in TICKED and set(values) <= dict(labelled[name].choices).keys()
        if ticked or (len(values) == 1 and (name in CHOSEN or name.startswith(FIELD))):
            given.setlist(name, values)
        else:
            rest[name] = values
    sections = [
        {
            "name": name,
            "label": labelled[name].label,
            "options": [(slug, label, slug in given.getlist(name)) for slug, label in labelled[name].choices],
        }
        for name in TICKED
    ]
    words = rest.pop(FREE, [])
    return {
        "chosen": asked.view,
        "given": given,
        "rest": to_text({**rest, FREE: words}, asked.filter.names),
        "sections": sections,
        **offered,
    }
