"""Which index this install has: the one place that asks what database it is."""

from __future__ import annotations

from django.db import connection

from tickets.search.postgres import PostgresIndex
from tickets.search.sqlite import SqliteIndex

Index = PostgresIndex | SqliteIndex


def index() -> Index:
    return PostgresIndex() if connection.vendor == "postgresql" else SqliteIndex()
