"""Query plans that do not depend on what ran before: what a question reads is counted anew before it is explained.

PostgreSQL chooses a plan by what it last counted, and that outlives the rows: of a test that was rolled back, of a
house that was emptied. A question to a house that `fill` made needs no counting: `fill` ends with it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet


def count_anew(*questions: QuerySet[Any]) -> None:
    """Have PostgreSQL count every table that the questions name."""
    if connection.vendor != "postgresql":
        return
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    named = {word for question in questions for word in re.findall(r"\w+", str(question.query))}
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(sorted(known & named))}")


def explained(queryset: QuerySet[Any]) -> str:
    """The plan of a queryset, as text, after counting."""
    count_anew(queryset)
    return str(queryset.explain())


def plan_of(asked: QuerySet[Any] | str) -> list[dict[str, Any]]:
    """Every node of the plan of a question, or of a statement, to a filled house, flat."""
    if not isinstance(asked, str):
        return nodes(json.loads(asked.explain(format="json"))[0]["Plan"])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + asked)
        found = cursor.fetchone()[0]
    return nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


def indexes(plan: list[dict[str, Any]]) -> set[str]:
    return {node["Index Name"] for node in plan if "Index Name" in node}


def walks(plan: list[dict[str, Any]]) -> set[str]:
    """Tables that are read from end to end."""
    return {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"}
