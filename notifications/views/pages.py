"""Everything that one was told, page by page, and how one wants to be told."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents.decorators import signed_in
from agents.requests import AgentRequest, posted
from helpdesk.lib.http import Said, answer
from helpdesk.lib.keyset import paginate
from notifications import reading
from notifications.folding import Fold
from notifications.forms import WishesForm
from notifications.models import Notification, Wishes

ROWS = 25


@require_safe
@signed_in
def listing(request: AgentRequest) -> HttpResponse:
    """`?is=unread` leaves out what was read. Rides notification_of_agent."""
    news = Notification.objects.visible_to(request.actor)
    unread = request.GET.get("is") == "unread"
    shown = (news.unread() if unread else news).for_list()
    older, newer = request.GET.get("older"), request.GET.get("newer")
    page = paginate(shown, by="created_at", limit=ROWS, older=older, newer=newer)
    kept = {"is": "unread"} if unread else {}
    context = {
        "rows": [Fold((one,)) for one in page.rows],
        "unread": unread,
        "number": reading.unread_count(request.actor),
        "cap": reading.CAP,
        "older": f"?{urlencode({**kept, 'older': page.older})}" if page.older else "",
        "newer": f"?{urlencode({**kept, 'newer': page.newer})}" if page.newer else "",
    }
    return render(request, "notifications/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def wishes(request: AgentRequest) -> HttpResponse:
    """One's own only: the row is found by who is signed in."""
    instance = Wishes.objects.filter(pk=request.user.pk).first() or Wishes(agent=request.user)
    form = WishesForm(posted(request), instance=instance)
    if request.method == "POST" and form.is_valid():
        form.save()
        return answer(request, "", {}, to=reverse("notifications:settings"), said=Said(_("Saved.")))
    context = {
        "form": form,
        "ways": [field for field in form if field.name.startswith("way_")],
        "rest": [field for field in form if not field.name.startswith("way_")],
        "minutes": settings.NOTIFICATION_DIGEST_MINUTES,
    }
    return render(request, "notifications/settings.html", context, status=422 if form.errors else 200)
