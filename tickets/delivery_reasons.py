"""Why a mail did not arrive, in words: rows and Events hold what the other server said, or a code of ours."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

NO_MAILBOX = "no_mailbox"
WORKER_DIED = "worker_died"

_WORDS: dict[str, Callable[[], str]] = {
    NO_MAILBOX: lambda: _("No mailbox is set up to send from."),
    WORKER_DIED: lambda: _("Whenever it was sent, the program that sent it stopped without a word."),
}


def not_delivered_because(reason: str) -> str:
    """The words for a code of ours; what a server said stands as it said it."""
    words = _WORDS.get(reason)
    return words() if words else reason
