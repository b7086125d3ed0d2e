"""Every page of reports: reads the filter bar, has the page built, and draws it with its tabs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import View
from reports.filter_bar import bar_of, words_of
from reports.forms import FilterForm
from reports.lease import is_rebuilding
from reports.left_out import left_out_linked
from reports.pages import PAGES, page_of
from reports.pages.base import PageModule


def view_of(module: PageModule) -> View:
    """The view of one page; a filter that is wrong gives no figures, and keeps all that was written."""

    @require_safe
    @needs(Permission.REPORTS)
    def page(request: AgentRequest) -> HttpResponse:
        form = FilterForm(request.GET, actor=request.actor, at=now())
        context = surroundings(form, f"reports:{module.KEY}", module.NAME)
        if not form.is_valid():
            return render(request, "reports/base.html", context, status=422)
        asked = form.asked
        context |= {
            "page": module.build(asked).with_whole(request.GET.get("whole", "")),
            "page_key": module.KEY,
            "left_out": left_out_linked(asked),
            "said": words_of(asked),
            "rebuilding": is_rebuilding(),
        }
        return render(request, getattr(module, "TEMPLATE", "reports/page.html"), context)

    return page


def surroundings(form: FilterForm, view: str, title: Any) -> dict[str, Any]:
    """What reports/base.html draws around every page: tabs that keep the filter, and the bar."""
    here = reverse(view)
    asked = form.asked if form.is_valid() else None
    query = asked.query if asked else form.query
    tabs = [
        {
            "label": page.NAME,
            "url": f"{reverse(f'reports:{page.KEY}')}?{query}",
            "current": f"reports:{page.KEY}" == view,
        }
        for page in PAGES
    ]
    return {"asked": asked, "bar": bar_of(form, here), "tabs": tabs, "title": title, "here": here, "form": form}


__all__ = ["page_of", "surroundings", "view_of"]
