"""Links that are mailed to let somebody choose a password: signed, for one use, for one address, for a short time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from agents.models import Agent

Purpose = Literal["reset", "invitation"]
LIFE: dict[Purpose, int] = {"reset": settings.PASSWORD_RESET_TIMEOUT, "invitation": 7 * 24 * 3600}  # seconds
SALT = "agents.links"


@dataclass(frozen=True, slots=True)
class Link:
    agent: Agent
    purpose: Purpose


def make_link(agent: Agent, purpose: Purpose) -> str:
    """A new link to the configured host; every link made for this agent before stops working."""
    Agent.objects.filter(pk=agent.pk).update(link_epoch=F("link_epoch") + 1)
    agent.refresh_from_db(fields=["link_epoch", "password", "email", "is_active"])
    token = signing.dumps([agent.pk, purpose, _fingerprint(agent, purpose)], salt=SALT)
    return settings.BASE_URL + reverse("agents:link", args=[token])


def read_link(token: str, *, lock: bool = False) -> Link | None:
    """Whom the link is for, or None if it is forged, used, too old, spoilt by a newer one or by a change of account."""
    try:
        pk, purpose, fingerprint = signing.loads(token, salt=SALT)
        signing.loads(token, salt=SALT, max_age=LIFE[purpose])
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        return None
    agents = Agent.objects.active().select_for_update() if lock else Agent.objects.active()
    agent = agents.filter(pk=pk).first()
    if agent is None or not constant_time_compare(fingerprint, _fingerprint(agent, purpose)):
        return None
    return Link(agent, cast(Purpose, purpose))


def _fingerprint(agent: Agent, purpose: str) -> str:
    """Changes with the password, the address and every newer link, so that each of them spoils the link."""
    facts = f"{agent.pk}:{agent.password}:{agent.email}:{agent.link_epoch}:{purpose}"
    return salted_hmac(SALT, facts, algorithm="sha256").hexdigest()
