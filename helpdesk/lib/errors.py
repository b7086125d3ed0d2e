"""The one family of exceptions by which the domain refuses, so that every door can translate it the same way."""

from __future__ import annotations

from django.utils.functional import Promise


class HelpdeskError(Exception):
    """A rule said no: a stable `code` for machines, a sentence for people, and the `field` it concerns, if any."""

    status = 422

    def __init__(self, code: str, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.code, self.message, self.field = code, message, field


class Denied(HelpdeskError):
    """The actor can see the thing but may not do this to it."""

    status = 403


class NotVisible(HelpdeskError):
    """The thing does not exist for this actor; the answer never tells whether it exists for others."""

    status = 404


class Stale(HelpdeskError):
    """Somebody else changed the thing since the actor read it."""

    status = 409
