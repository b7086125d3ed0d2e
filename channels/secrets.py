"""Passwords of mail servers at rest: encrypted with a key made from SECRET_KEY, so a stolen database is not enough."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from channels.signing import purpose_key, secret_keys


class SecretLost(Exception):
    """The stored secret was encrypted under a SECRET_KEY that is gone; it must be typed in again."""


def encrypt(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode() if secret else ""


def decrypt(stored: str) -> str:
    """What was encrypted under this SECRET_KEY or one of SECRET_KEY_FALLBACKS. Raises SecretLost."""
    if not stored:
        return ""
    try:
        return _box().decrypt(stored.encode()).decode()
    except InvalidToken:
        raise SecretLost from None


def rotate(stored: str) -> str:
    """The same secret under today's key; run over all rows before an old SECRET_KEY is dropped. Raises SecretLost."""
    if not stored:
        return ""
    try:
        return _box().rotate(stored.encode()).decode()
    except InvalidToken:
        raise SecretLost from None


def _box() -> MultiFernet:
    keys = (urlsafe_b64encode(purpose_key("mailbox-secret", secret)) for secret in secret_keys())
    return MultiFernet([Fernet(key) for key in keys])
