"""What may be said of a webhook: its name, address, kinds and query, checked before anything is locked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.outward import vetted
from helpdesk.lib.text import one_line
from tickets.query_names import DatabaseNames
from tickets.query_text import parse, to_text
from tickets.wording import known_kinds
from webhooks.models import Webhook


def read(known: Mapping[str, Any], webhook: Webhook | None = None) -> dict[str, Any]:
    """What is stored of what is known; asks the name server about a new address, so it is done before any transaction.
    Raises HelpdeskError with the field concerned."""
    values: dict[str, Any] = {}
    if "name" in known:
        values["name"] = _name(known["name"])
    if "kinds" in known:
        values["kinds"] = _kinds(known["kinds"])
    if "query" in known:
        values |= _question(known["query"])
    if "url" in known:
        values["url"] = str(known["url"]).strip()
        if webhook is None or values["url"] != webhook.url:
            vetted(values["url"])
    return values


def _name(given: Any) -> str:
    if name := one_line(str(given))[:80]:
        return name
    raise HelpdeskError("no_name", _("A webhook needs a name."), field="name")


def _kinds(given: Any) -> list[str]:
    kinds, there = sorted(set(given)), known_kinds()
    for kind in kinds:
        if kind not in there:
            message = _("There is no event of the kind “%(kind)s”.") % {"kind": str(kind)[:40]}
            raise HelpdeskError("unknown_kind", message, field="kinds")
    return kinds


def _question(given: Any) -> dict[str, Any]:
    names = DatabaseNames()
    query = parse(str(given).strip(), names)
    if query.mistakes:
        wrong = query.mistakes[0]
        raise HelpdeskError("bad_query", f"{wrong.word}: {wrong.message}", field="query")
    return {"query": to_text(query.parameters, names), "parameters": query.parameters}
