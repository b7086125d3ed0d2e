"""What proves that an answer belongs to a ticket: signed reply addresses and Message-IDs that only we can make.

Everything here survives a mail system that changes the case of addresses: the alphabet is a-z, 2-7, digits.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import b32encode
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from channels.models import Mailbox

MAC_LENGTH = 20  # characters of five bits: 100 bits
LONGEST_LOCAL_PART = 64  # RFC 5321
MAX_ID = 2**63 - 1

_TOKEN = re.compile(r"t([1-9][0-9]{0,18})-([a-z2-7]{20})", re.ASCII)
_HEADER_ID = re.compile(r"t([1-9][0-9]{0,18})\.([a-z2-7]{20})\.([a-z2-7]{20})", re.ASCII)


def purpose_key(purpose: str, secret: str) -> bytes:
    """A key for one purpose, so that what is made for one never passes for another."""
    return hmac.new(secret.encode(), f"helpdesk.channels.{purpose}".encode(), hashlib.sha256).digest()


def secret_keys() -> list[str]:
    """The secret that signs today, then those that still verify (SECRET_KEY_FALLBACKS)."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def reply_address(mailbox: Mailbox, ticket_id: int) -> str:
    """Where answers about a ticket come in: "support+t7-<mac>@example.com".

    The plain address when the signed one would have a longer local part than mail systems must accept.
    """
    local, _at, domain = mailbox.address.rpartition("@")
    signed = f"{local}+t{ticket_id}-{_mac('reply', str(ticket_id))}"
    return f"{signed}@{domain}" if len(signed) <= LONGEST_LOCAL_PART else mailbox.address


def read_reply_address(address: str, mailboxes: Iterable[Mailbox]) -> int | None:
    """The ticket of a reply address of one of our mailboxes (or its aliases); None unless the signature is right."""
    local, _at, domain = address.strip().lower().rpartition("@")
    base, plus, token = local.rpartition("+")
    if not plus or f"{base}@{domain}" not in own_addresses(mailboxes):
        return None
    found = _TOKEN.fullmatch(token)
    return _verified("reply", found[1], found[1], found[2]) if found else None


def own_addresses(mailboxes: Iterable[Mailbox]) -> frozenset[str]:
    """Every address that is us, in lower case, aliases included; compare with `plain_address`."""
    return frozenset(a.strip().lower() for m in mailboxes for a in [m.address, *m.aliases] if isinstance(a, str))


def plain_address(address: str) -> str:
    """The address in lower case without its plus part: support+anything@x is support@x."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def new_header_id(ticket_id: int) -> str:
    """A fresh Message-ID, without angle brackets, that names its ticket: "t7.<random>.<mac>@ticket.example.com"."""
    nonce = b32encode(secrets.token_bytes(15)).decode().lower()[:20]
    local = f"t{ticket_id}.{nonce}"
    return f"{local}.{_mac('message-id', local)}@{id_domain()}"


def read_header_id(header_id: str) -> int | None:
    """The ticket that a Message-ID of ours names; None for everybody else's, and for forged ones."""
    local, at, _domain = header_id.strip().strip("<>").lower().rpartition("@")
    found = _HEADER_ID.fullmatch(local) if at else None
    return _verified("message-id", found[1], f"t{found[1]}.{found[2]}", found[3]) if found else None


def id_domain() -> str:
    """The right side of our Message-IDs: below our mail domain, and not what anybody's mail program writes."""
    return f"ticket.{settings.MAIL_DOMAIN}"


def loop_marker() -> str:
    """The value of the loop header in every mail that we send; it is this installation's alone."""
    return _mac("loop", "")


def own_ids() -> frozenset[str]:
    """What shows that a mail is one of ours coming back: loop markers (earlier secrets too), Message-ID domain."""
    return frozenset({id_domain(), *(_mac("loop", "", secret) for secret in secret_keys())})


def purpose_mac(purpose: str, words: str, secret: str = "") -> str:
    """The signature of `words` for one purpose, under today's secret unless another is given."""
    return _mac(purpose, words, secret)


def _mac(purpose: str, words: str, secret: str = "") -> str:
    digest = hmac.new(purpose_key(purpose, secret or settings.SECRET_KEY), words.encode(), hashlib.sha256).digest()
    return b32encode(digest).decode().lower()[:MAC_LENGTH]


def _verified(purpose: str, number: str, words: str, mac: str) -> int | None:
    right = [hmac.compare_digest(_mac(purpose, words, secret), mac) for secret in secret_keys()]
    ticket_id = int(number)
    return ticket_id if any(right) and ticket_id <= MAX_ID else None
