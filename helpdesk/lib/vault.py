"""Secrets that must be read again, at rest: encrypted with a key made from SECRET_KEY for one purpose each."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SecretLost(Exception):
    """What is stored was encrypted under a SECRET_KEY that is gone; it must be typed in again."""


def encrypt(purpose: str, secret: str) -> str:
    return _box(purpose).encrypt(secret.encode()).decode() if secret else ""


def decrypt(purpose: str, stored: str) -> str:
    """What was encrypted for this purpose under SECRET_KEY or one of SECRET_KEY_FALLBACKS. Raises SecretLost."""
    if not stored:
        return ""
    try:
        return _box(purpose).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise SecretLost from None


def rotate(purpose: str, stored: str) -> str:
    """The same secret under today's key; run over all rows before an old SECRET_KEY is dropped. Raises SecretLost."""
    if not stored:
        return ""
    try:
        return _box(purpose).rotate(stored.encode()).decode()
    except InvalidToken:
        raise SecretLost from None


def _box(purpose: str) -> MultiFernet:
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = (hmac.new(one.encode(), f"helpdesk.vault.{purpose}".encode(), hashlib.sha256).digest() for one in known)
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys])
