"""Customers and organisations: who writes most, how long they wait and what they think of it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.utils.translation import gettext_lazy as _

from customers.models import Organization
from reports.asking import Asked
from reports.metrics import KPIS
from reports.naming import names_of
from reports.pages.base import Cell, Column, Page, Table, Words
from reports.pages.columns import Parted, Told, name_cell, share, table_by
from reports.pages.tiles import tiles
from reports.showing import TEXT
from reports.slices import SLICES, Value

KEY = "customers"
NAME = _("Customers and organisations")

TOP = 25
MOST = 5000


def build(asked: Asked) -> Page:
    shown = tiles(("created", "reopen_rate", "requester_wait", "csat"), asked, lined=("created",))
    blocks = [
        _top("organization", _("Organisations that wrote most"), _ORGANIZATIONS, asked),
        _top("customer", _("Customers who wrote most"), _CUSTOMERS, asked),
        *_by_tier(asked),
        table_by("customers_by_language", _("By language"), "language", _TOLD, asked, order="created"),
    ]
    return Page(shown, blocks)


_TOLD = [
    Told("created", _("Created")),
    Told("solved", _("Solved")),
    Told("backlog", _("Open")),
    Told("first_response", _("First response, median"), with_n=True),
    Told("resolution", _("Resolution, median"), with_n=True),
    *share("csat", _("Satisfaction")),
]
_ORGANIZATIONS = _("A ticket belongs to the organisation that it belongs to today.")
_CUSTOMERS = ""


def _by_tier(asked: Asked) -> list[Table]:
    """Nothing in a house that knows no tiers."""
    if not Organization.objects.tiers():
        return []
    note = _("A ticket belongs to the tier that its organisation has today.")
    return [table_by("customers_by_tier", _("By tier"), "tier", _TOLD, asked, order="created", note=note)]


def _ranked(by: str, asked: Asked) -> QuerySet[Any, Any]:
    """Each value, its tickets created, and how many values there are: the most first, which fact_who_wrote alone tells.
    Counted without a column, which would have to be read from the facts."""
    column = SLICES[by].column
    rows = KPIS["created"].rows(asked.selection).order_by().values(part=F(column))
    ranked = rows.annotate(n=Count("*"), total=Window(Count("*"))).order_by("-n", F("part").asc(nulls_last=True))
    found: QuerySet[Any, Any] = ranked.values_list("part", "n", "total")
    return found


def _first(by: str, asked: Asked, most: int) -> tuple[list[Value], int]:
    """So many values, and how many there are; "none of them" comes after all others, however much it wrote."""
    # One more, as "none of them" may be among the first.
    found = list(_ranked(by, asked)[: most + 1])
    total = found[0][2] if found else 0
    values = sorted((value for value, _n, _total in found), key=lambda value: value is None)
    return values[:most], total


def _top(by: str, title: Words, note: Words, asked: Asked) -> Table:
    """The TOP of them by tickets created, in a file MOST; everything else is told of these alone."""
    first, total = _first(by, asked, TOP)

    def rows(values: list[Value]) -> list[list[Cell]]:
        parted = Parted(by, _TOLD, asked, values) if values else None
        names = names_of(by, values)
        return [[name_cell(by, value, names, asked), *parted.cells(value)] for value in values] if parted else []

    columns = [Column(SLICES[by].name, TEXT), *(one.column for one in _TOLD)]
    rest = (lambda: rows(_first(by, asked, MOST)[0])) if total > TOP else None
    key = f"customers_by_{by}"
    return Table(key, title, columns, rows(first), note, total=total, every=rest, most=MOST)
