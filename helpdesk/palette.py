"""The command palette: asks every app for what the typed words may mean, and draws it as one list."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.places import GROUPS
from agents.requests import AgentRequest
from helpdesk.key_map import KEYS
from helpdesk.lib.http import number_in
from helpdesk.lib.palette import Asked, Entry, Section, Source, spoken
from helpdesk.lib.text import one_line
from helpdesk.shell import OUTBOX, RAIL

LONGEST = 200


@require_safe
@signed_in
def palette(request: AgentRequest) -> HttpResponse:
    """`q` is what was typed, `ticket` the one on the page, `composing` says that its composer had the focus."""
    given = request.GET
    asked = Asked(
        text=one_line(given.get("q", ""), LONGEST),
        actor=request.actor,
        ticket_id=number_in(given.get("ticket")),
        composing=bool(given.get("composing")),
    )
    sections = []
    for path in settings.PALETTE_SOURCES:
        source = cast("Source", import_string(path))
        sections += [section for section in source(asked) if section.entries]
    if not asked.composing:
        # Who types the name of a page means the page rather than a ticket that says the word.
        sections.sort(key=lambda section: not section.begins_with(asked.text))
    answer = render(cast("HttpRequest", request), "components/_palette_found.html", {"sections": sections})
    answer["Cache-Control"] = "no-store"
    return answer


def actions(asked: Asked) -> list[Section]:
    """What the page can do, by its keys. The page offers only those that it has an element for, and the server draws
    such an element only for who may use it."""
    found = [
        Entry(str(key.label), icon=key.icon, use=key.press, keys=key.caps)
        for key in KEYS
        if key.icon and spoken(key.label, asked.text)
    ]
    return [Section(_("Do"), found)]


def pages(asked: Asked) -> list[Section]:
    """The rail and the settings, as far as they exist and one's role goes."""
    places = [(place.label, place.view, place.icon, place.permissions, "") for place in (*RAIL, OUTBOX)]
    for title, group in GROUPS:
        places += [(place.label, place.view, place.icon, place.permissions, str(title)) for place in group]
    found = []
    for label, view, icon, permissions, detail in places:
        if permissions and not any(asked.actor.can(permission) for permission in permissions):
            continue
        if not spoken(label, asked.text):
            continue
        try:
            found.append(Entry(str(label), detail, icon, url=reverse(view)))
        except NoReverseMatch:
            continue
    return [Section(_("Pages"), found if asked.text else found[:3])]
