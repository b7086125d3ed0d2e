"""The reply address that is one agent's alone: signed over agent, ticket and last day, and worth nothing to others."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from channels import signing

if TYPE_CHECKING:
    from channels.models import Mailbox

DAYS = 30
"""For how long an answer is taken."""
_TOKEN = re.compile(r"a([1-9][0-9]{0,9})-([1-9][0-9]{0,18})-([1-9][0-9]{3,5})-([a-z2-7]{20})", re.ASCII)
_ANYWHERE = re.compile(r"\+a[0-9]{1,10}-[0-9]{1,19}-[0-9]{4,6}-[a-z2-7]{20}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class AgentToken:
    """What a well-signed address says; `expired` ones are still known for what they were."""

    agent_id: int
    ticket_id: int
    expired: bool


def agent_address(mailbox: Mailbox, agent_id: int, ticket_id: int) -> str:
    """Where this agent's answers about the ticket come in; "" when mail systems would not take so long an address."""
    local, _at, domain = mailbox.address.rpartition("@")
    words = f"{agent_id}-{ticket_id}-{_today() + DAYS}"
    signed = f"{local}+a{words}-{signing.purpose_mac('agent-answer', words)}"
    return f"{signed}@{domain}" if len(signed) <= signing.LONGEST_LOCAL_PART else ""


def read_agent_address(addressed: Sequence[str], mailboxes: Iterable[Mailbox]) -> AgentToken | None:
    """The first well-signed token among the addresses that a mail was sent to; None when there is none."""
    found = [(address, token) for address in addressed if (token := _token_in(address))]
    if not found:
        return None
    ours = signing.own_addresses(mailboxes)
    for address, token in found:
        agent_id, ticket_id, day, mac = token.groups()
        words = f"{agent_id}-{ticket_id}-{day}"
        right = [
            hmac.compare_digest(signing.purpose_mac("agent-answer", words, secret), mac)
            for secret in signing.secret_keys()
        ]
        if signing.plain_address(address) in ours and any(right) and int(ticket_id) <= signing.MAX_ID:
            return AgentToken(int(agent_id), int(ticket_id), int(day) < _today())
    return None


def without_tokens(text: str) -> str:
    """The text with every personal address made plain: what an agent quotes may go to a customer."""
    return _ANYWHERE.sub("", text)


def _token_in(address: str) -> re.Match[str] | None:
    local = address.strip().lower().rpartition("@")[0]
    return _TOKEN.fullmatch(local.partition("+")[2])


def _today() -> int:
    """Days since 1970, in UTC."""
    return int(time.time() // 86_400)
