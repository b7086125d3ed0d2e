"""What agents do to their own account: profile, availability, theme, and a password by a mailed link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.audit import record
from agents.links import Link, read_link
from agents.mails import owe_mail
from agents.models import Agent, Availability
from agents.sessions import end_all_sessions
from helpdesk.lib.errors import HelpdeskError

OWN_FIELDS = ("name", "language", "time_zone", "theme", "signature", "stand_in_id")


def edit_profile(agent: Agent, **changes: Any) -> None:
    """Write only what is one's own: role, address and duties are not among it, whatever the form carries."""
    fields = [name for name in OWN_FIELDS if name in changes]
    for name in fields:
        setattr(agent, name, changes[name])
    agent.save(update_fields=fields)


def set_availability(agent: Agent, value: str) -> None:
    if value not in Availability.values:
        raise HelpdeskError("bad_availability", _("Choose online, away or offline."), field="availability")
    others = Agent.objects.filter(pk=agent.pk).exclude(availability=value)
    moved = others.update(availability=value, availability_changed_at=now())
    agent.availability = value
    if moved and value == Availability.ONLINE:
        transaction.on_commit(import_string(settings.AGENT_CAME_ONLINE), robust=True)


def set_password_by_link(token: str, password: str, *, ip: str) -> Agent:
    """Use up a mailed link. Raises HelpdeskError("bad_link") when it has been used, replaced or outlived meanwhile."""
    hashed = make_password(password)  # slow by design, so not inside the transaction
    with transaction.atomic():
        link: Link | None = read_link(token, lock=True)
        if link is None:
            raise HelpdeskError("bad_link", _("This link does not work any more."))
        agent = link.agent
        agent.password = hashed
        agent.save(update_fields=["password"])
        end_all_sessions(agent)
        record("password_set", by=None, agent=agent, ip=ip, data={"purpose": link.purpose})
        if link.purpose == "reset":
            owe_mail("password_reset", agent, ip=ip)
    return agent
