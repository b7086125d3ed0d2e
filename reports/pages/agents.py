"""Agents: how much each has in hand, and what was done. Never a contest that chance decides."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from reports.asking import Asked
from reports.figures import Figure
from reports.kpi import COUNT, SHARE
from reports.naming import names_of
from reports.pages.base import Cell, Column, Page, Table
from reports.pages.columns import FEW, Parted, Told, name_cell, share, spread
from reports.pages.tiles import tiles
from reports.showing import TEXT
from reports.slices import SLICES, Value

KEY = "agents"
NAME = _("Agents")


def build(asked: Asked) -> Page:
    load = Parted("agent", [Told("backlog", _("Open")), Told("backlog_ours", _("With us"))], asked)
    done = Parted("agent", _DONE, asked)
    names = names_of("agent", [*load.values, *done.values])
    shown = tiles(("solved", "first_response", "csat", "reassignments"), asked, lined=("solved",))
    return Page(shown, [_load(load, names, asked), _work(done, names, asked)])


_DONE = [
    Told("solved", _("Solved")),
    Told("answers", _("Answers")),
    *spread("first_response", _("First response, median"), _("First response, p90")),
    Told("resolution", _("Resolution, median"), with_n=True),
    *share("csat", _("Satisfaction")),
]


def _load(load: Parted, names: dict[Value, str], asked: Asked) -> Table:
    """What each has in hand at the end of the range, the fullest hands first, against how much they take."""
    capacities = _capacities(asked)
    values = {*load.values, *capacities}
    names = names | names_of("agent", [value for value in values if value not in names])
    rows = []
    for value in sorted(values, key=lambda value: (value is None, -_held(load, value), names[value])):
        capacity = capacities.get(value)
        rows.append(
            [
                name_cell("agent", value, names, asked),
                *load.cells(value),
                Cell(capacity, COUNT),
                Cell(_held(load, value) / capacity if capacity else None, SHARE),
            ]
        )
    columns = [
        Column(SLICES["agent"].name, TEXT),
        *(one.column for one in load.told),
        Column(_("Capacity")),
        Column(_("Taken up"), SHARE),
    ]
    note = _("Unsolved tickets at the end of the range, by the agent who had them then. The capacity is that of today.")
    return Table("agents_load", _("Open tickets against capacity"), columns, rows, note)


def _capacities(asked: Asked) -> dict[Value, int | None]:
    """Of agents whom the reader may choose in the filter; None for each where only a part of their tickets is asked
    for, since a part says nothing about how taken up somebody is."""
    agents = Agent.objects.assignable()
    if not asked.actor.sees_all_tickets:
        agents = agents.filter(memberships__team__in=asked.actor.team_ids).distinct()
    if chosen := asked.slices.get("agent"):
        agents = agents.filter(pk__in=[value for value in chosen if value is not None])
    found: dict[Value, int | None] = dict(agents.values_list("pk", "capacity"))
    return dict.fromkeys(found) if set(asked.slices) - {"agent", "team"} else found


def _held(load: Parted, value: Value) -> float:
    figure = load.figure("backlog", value)
    return (figure.value or 0) if figure else 0


def _work(done: Parted, names: dict[Value, str], asked: Asked) -> Table:
    """Ranked by the median of the first response; who answered fewer than FEW stands below, by name, without a rank."""
    ranked = [value for value in done.values if value is not None and _n(done, value) >= FEW]
    ranked.sort(key=lambda value: (_median(done, value), names[value]))
    others = sorted(done.values - set(ranked), key=lambda value: (value is None, names[value]))
    rows = [
        [
            name_cell("agent", value, names, asked),
            Cell(place if place <= len(ranked) else None, COUNT),
            *done.cells(value, few=("first_response", "resolution", "csat")),
        ]
        for place, value in enumerate([*ranked, *others], start=1)
    ]
    columns = [Column(SLICES["agent"].name, TEXT), Column(_("Rank")), *(one.column for one in done.told)]
    note = _(
        "Ranked by the median of the first response. Whoever gave fewer than 10 first responses has no rank and stands "
        "below by name: so few say nothing about a person."
    )
    return Table("agents_work", _("Work in this time"), columns, rows, note)


def _n(done: Parted, value: Value) -> int:
    figure: Figure | None = done.figure("first_response", value)
    return figure.n if figure else 0


def _median(done: Parted, value: Value) -> float:
    figure = done.figure("first_response", value)
    return (figure.value or 0) if figure else 0
