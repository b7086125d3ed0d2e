"""How programs get in: tokens are made, found by their hash, and taken back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.actors import Actor
from agents.audit import record
from agents.models import Agent, ApiToken
from agents.permissions import Permission
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from helpdesk.lib.text import one_line

PREFIX = "hd_"
MOST = 50
LONGEST = 128
"""Characters that are looked at; ours have 46."""


@transaction.atomic
def make_token(by: Actor, *, name: str, scope: str, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A token for whoever makes it, and its secret, which nobody can read again. Raises Denied or HelpdeskError."""
    if not by.is_agent or by.id is None or not by.permissions:
        raise Denied("denied", _("Only agents have tokens."))
    return token_of(by.id, by, name=name, scope=scope, expires_at=expires_at, kind="token_made")


def token_of(
    account_id: int, by: Actor, *, name: str, scope: str, expires_at: datetime | None, kind: str
) -> tuple[ApiToken, str]:
    """A token of that account, in the transaction of a caller that has asked whether `by` may make it."""
    agent = Agent.objects.select_for_update().get(pk=account_id)
    name = one_line(name)[:80]
    if not name:
        raise HelpdeskError("no_name", _("A token needs a name."), field="name")
    if scope not in ApiToken.Scope.values:
        raise HelpdeskError("bad_scope", _("Choose what the token may do."), field="scope")
    if scope == ApiToken.Scope.FILE and not Actor.agent(agent).can(Permission.FILE_FOR_CUSTOMERS):
        raise HelpdeskError("bad_scope", _("This account may not file what customers write."), field="scope")
    if expires_at is not None and expires_at <= now():
        raise HelpdeskError("in_the_past", _("Choose a moment in the future."), field="expires")
    if ApiToken.objects.filter(agent=agent).working(now()).count() >= MOST:
        raise HelpdeskError("too_many_tokens", _("You have fifty tokens already; revoke one first."))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        agent=agent,
        name=name,
        digest=digest_of(secret),
        hint=secret[:8],
        scope=scope,
        epoch=agent.session_epoch,
        expires_at=expires_at,
    )
    record(kind, by=by, agent=agent, subject=name, data={"scope": scope})
    return token, secret


@transaction.atomic
def revoke_token(pk: int, by: Actor) -> ApiToken:
    """End a token at once. Raises NotVisible for one that is not one's own, unless one manages agents."""
    token = (
        ApiToken.objects.visible_to(by).select_for_update(of=("self",)).select_related("agent").filter(pk=pk).first()
    )
    if token is None:
        raise NotVisible("not_found", _("There is no such token."))
    if token.revoked_at is None:
        token.revoked_at = now()
        token.save(update_fields=["revoked_at"])
        kind = "service_token_revoked" if token.agent.is_service else "token_revoked"
        record(kind, by=by, agent=token.agent, subject=token.name)
    return token


@transaction.atomic
def revoke_all(agent: Agent, by: Actor) -> int:
    """End every token of the agent, one that is being made at this moment included; how many still stood."""
    Agent.objects.select_for_update().get(pk=agent.pk)
    tokens = list(ApiToken.objects.filter(agent=agent, revoked_at=None).order_by("pk"))
    ApiToken.objects.filter(pk__in=[token.pk for token in tokens]).update(revoked_at=now())
    for token in tokens:
        record("token_revoked", by=by, agent=agent, subject=token.name)
    return len(tokens)


def find_token(secret: str) -> ApiToken | None:
    """The token with this secret if it works now, with its agent and `agent.has_two_factor`; one statement."""
    if not secret.startswith(PREFIX) or len(secret) > LONGEST or not secret.isascii():
        return None
    token = ApiToken.objects.with_agent().filter(digest=digest_of(secret)).first()
    if token is None:
        return None
    vars(token.agent)["has_two_factor"] = vars(token)["agent_has_two_factor"]
    return token if token.works(now()) else None


def note_use(token: ApiToken) -> None:
    """At most once a minute; several processes at once write it once."""
    at, before = now(), now() - timedelta(minutes=1)
    if token.last_used_at is None or token.last_used_at < before:
        unused = ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=before), pk=token.pk)
        unused.update(last_used_at=at)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
