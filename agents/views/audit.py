"""The audit log of accounts and the index of settings."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from agents.audit import phrase
from agents.decorators import needs, signed_in
from agents.permissions import Permission
from agents.records import AgentAudit
from agents.requests import AgentRequest
from helpdesk.lib.keyset import paginate


@signed_in
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    return render(request, "agents/index.html")


@needs(Permission.MANAGE_AGENTS)
@require_GET
def audit(request: AgentRequest) -> HttpResponse:
    entries = AgentAudit.objects.for_list()
    about = request.GET.get("agent", "")
    kept = {}
    if about.isascii() and about.isdigit() and len(about) < 19:
        entries = entries.about(int(about))
        kept = {"agent": about}
    page = paginate(entries, by="at", limit=50, older=request.GET.get("older"), newer=request.GET.get("newer"))
    context = {
        "entries": [(entry, phrase(entry)) for entry in page.rows],
        "older": page.older and "?" + urlencode({**kept, "older": page.older}),
        "newer": page.newer and "?" + urlencode({**kept, "newer": page.newer}),
        "filtered": bool(kept),
    }
    return render(request, "agents/audit.html", context)
