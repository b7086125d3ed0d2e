"""Customers and organisations: who writes most, how long they wait and what they think of it."""

from __future__ import annotations

from django.db.models import Count
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


def _in_order(by: str, asked: Asked) -> list[Value]:
    """By tickets created, the most first and none of them last; put in order by the database, as there are so many."""
    column = SLICES[by].column
    rows = KPIS["created"].rows(asked.selection).order_by().values_list(column).annotate(n=Count("pk"))
    found: list[Value] = [value for value, _n in rows.order_by("-n", column)]
    return sorted(found, key=lambda value: value is None)


def _top(by: str, title: Words, note: Words, asked: Asked) -> Table:
    """The TOP of them by tickets created, in a file MOST; everything else is told of these alone."""
    every = _in_order(by, asked)

    def rows(values: list[Value]) -> list[list[Cell]]:
        parted = Parted(by, _TOLD, asked, values) if values else None
        names = names_of(by, values)
        return [[name_cell(by, value, names, asked), *parted.cells(value)] for value in values] if parted else []

    columns = [Column(SLICES[by].name, TEXT), *(one.column for one in _TOLD)]
    rest = (lambda: rows(every[:MOST])) if len(every) > TOP else None
    key = f"customers_by_{by}"
    return Table(key, title, columns, rows(every[:TOP]), note, total=len(every), every=rest, most=MOST)
