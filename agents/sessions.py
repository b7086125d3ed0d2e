"""Which browsers an agent is signed in with, and how those sessions end."""

from __future__ import annotations

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.timezone import now

from agents.models import Agent

# In this order: each of them also claims to be those below it.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def device(user_agent: str) -> str:
    """What people call a browser and its machine ("Firefox, Windows"); else how it calls itself, cut short."""
    found = [next((name for sign, name in signs.items() if sign in user_agent), "") for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or user_agent[:60] or "?"


def live_sessions(agent: Agent) -> QuerySet[UserSession]:
    """Sessions of the agent that still work, latest first."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now())
    return UserSession.objects.filter(Exists(alive), user=agent).order_by("-created_at", "-pk")  # type: ignore[no-any-return]


def end_session(agent: Agent, pk: int) -> bool:
    """End one session of the agent; False when it is not theirs or already over."""
    session = UserSession.objects.filter(user=agent, pk=pk).first()
    if session is None:
        return False
    _forget(session.session_key)
    session.delete()
    return True


def end_other_sessions(agent: Agent, *, keep: str | None) -> int:
    """End every session of the agent but the one with the key `keep`; how many there were."""
    keys = list(UserSession.objects.filter(user=agent).exclude(session_key=keep).values_list("session_key", flat=True))
    for key in keys:
        _forget(key)
    UserSession.objects.filter(user=agent, session_key__in=keys).delete()
    return len(keys)


def end_all_sessions(agent: Agent) -> int:
    """End every session of the agent, also one that is being used at this moment: the epoch makes its key worthless."""
    Agent.objects.filter(pk=agent.pk).update(session_epoch=F("session_epoch") + 1)
    return end_other_sessions(agent, keep=None)


def _forget(key: str) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore(key).delete()
