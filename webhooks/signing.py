"""Signs what is sent, as Standard Webhooks does it, and keeps the secrets for that (H06).

The signature is over `id.timestamp.body`, so that a body cannot be given another id or moment: whoever checks the
timestamp refuses what is played back later.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
PURPOSE = "webhook-secret"
"""Under which the vault keeps a secret."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(known: list[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What goes with the body; one signature for each secret, the newest first."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "helpdesk-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message_id, timestamp, body) for secret in known),
    }
