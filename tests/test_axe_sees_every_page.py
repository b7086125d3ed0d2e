"""No page escapes axe: whatever answers a GET stands in the list of tests/browser/test_axe.py or is no page."""

from __future__ import annotations

import json
import re
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.browser import test_axe
from tests.test_permission_matrix import TABLE

# What answers a GET without being a page of its own. Fragments stand in a page that axe looks at, or open over one.
NO_PAGES = {
    "a fragment of the ticket page": {
        "channels:held_panel",
        "surveys:of_requester",
        "tickets:addresses",
        "tickets:beside",
        "tickets:canned",
        "tickets:choices",
        "tickets:customer_panel",
        "tickets:mentions",
        "tickets:organization_panel",
        "tickets:others",
        "tickets:presence",
        "tickets:related",
        "tickets:since",
    },
    "a fragment of the list": {
        "macros:bulk",
        "tickets:bulk_choices",
        "tickets:bulk_count",
        "tickets:people",
        "tickets:rows",
        "tickets:views",
        "views:complete",
    },
    "a piece of the supervisor's desk": {
        "channels:held_overview",
        "surveys:low",
        "supervise:queue",
        "supervise:radar",
        "supervise:untaken",
    },
    "a fragment of a team's page": {"routing:queue"},
    "a fragment of the merge page": {"tickets:pick"},
    "a fragment of the shell": {
        "notifications:count",
        "notifications:panel",
        "palette",
        "tickets:search_suggestions",
    },
    "a fragment of a customer's page": {
        "customers:lookup",
        "customers:organization_lookup",
        "customers:organization_notes",
    },
    "a file or a picture": {
        "channels:outbox_file",
        "channels:outbox_source",
        "channels:source",
        "mfa_download_recovery_codes",
        "reports:export_download",
        "reports:export_page",
        "reports:export_table",
        "reports:export_tickets",
        "tickets:download",
        "tickets:image",
    },
    "a mail in its frame, in the words and the markup of whoever wrote it": {
        "channels:outbox_frame",
        "tickets:frame",
        "tickets:frame_with_images",
    },
    "answers programs, in JSON": {
        name for name in json.loads(TABLE.read_text()) if name.startswith("api:") and name != "api:docs"
    },
    "draws itself with scripts of Swagger": {"api:docs"},
    "a stream": {"tickets:live"},
    "leads elsewhere or answers a POST only": {
        "account_logout",
        "mfa_index",
        "start",
        "theme",
        "tickets:change",
        "tickets:message",
    },
    "is not there": {"account_email", "account_inactive", "account_set_password", "account_signup"},
    "for builders, while DEBUG is on": {"components"},
}


def all_names() -> set[str]:
    """The name of every URL of ours; the admin brings its own pages."""
    found: set[str] = set()

    def walk(patterns: list[Any], namespace: str) -> None:
        for item in patterns:
            if isinstance(item, URLResolver):
                walk(item.url_patterns, item.namespace or namespace)
            elif isinstance(item, URLPattern) and namespace != "admin":
                found.add(f"{namespace}:{item.name}" if namespace else str(item.name))

    walk(get_resolver().url_patterns, "")
    return found


def looked_at() -> set[str]:
    paths = {path for path in (*test_axe.OUTSIDE, *test_axe.AGENT, *test_axe.ADMIN) if path not in test_axe.MISSING}
    return {resolve(re.sub(r"\{\w+\}", "1", path).split("?")[0]).view_name for path in paths} | test_axe.BY_HAND


def only_posted_to() -> set[str]:
    """By the reviewed table: what refuses a GET of everybody who is signed in."""
    found = set()
    for name, sides in json.loads(TABLE.read_text()).items():
        answers = {status for side in sides.values() for who, status in side["GET"].items() if who != "anon"}
        if answers <= {403, 404, 405}:
            found.add(name)
    return found


def test_every_page_is_looked_at_by_axe():
    reasoned = set().union(*NO_PAGES.values())
    assert all_names() - looked_at() - reasoned - only_posted_to() == set()


def test_nothing_is_excused_that_is_gone_or_looked_at():
    reasoned = set().union(*NO_PAGES.values())
    assert reasoned - all_names() == set()
    assert reasoned & looked_at() == set()
