"""Fetch mail from IMAP mailboxes; a mail is marked as seen only after it is stored."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models import Q
from django.utils.timezone import now
from imap_tools import BaseMailBox, ImapToolsError, MailMessageFlags

from channels.inbound import receive
from channels.models import Mailbox
from channels.secrets import SecretLost, decrypt
from channels.transports import hosts
from helpdesk.lib.claims import claim
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import one_line

logger = structlog.get_logger(__name__)

SECONDS = 30.0
_UID, _SIZE = re.compile(rb"UID (\d+)"), re.compile(rb"RFC822\.SIZE (\d+)")
MOST_AT_ONCE = 200
"""Mails of one mailbox in one round; the next round goes on where this one ended."""


_SERVER_ERRORS = (OSError, imaplib.IMAP4.error, ValueError, ImapToolsError, HelpdeskError)


class PollFailed(Exception):
    """The server could not be asked; the sentence says why, without the password."""


def poll_all() -> int:
    """Ask every mailbox that is due; how many mails were stored. Any number of workers may run it."""
    return sum(poll_if_due(mailbox) for mailbox in Mailbox.objects.to_poll())


def poll_if_due(mailbox: Mailbox) -> int:
    """Poll unless another worker did so lately; a failure is noted on the mailbox and does not stop the others."""
    moment = now()
    due = moment - timedelta(seconds=settings.IMAP_POLL_SECONDS)
    waiting = Mailbox.objects.filter(Q(imap_polled_at=None) | Q(imap_polled_at__lte=due), pk=mailbox.pk)
    if not claim(waiting, imap_polled_at=moment):
        return 0
    try:
        stored, error = poll(mailbox), ""
    except PollFailed as failure:
        stored, error = 0, str(failure)
        logger.warning("imap_failed", mailbox=mailbox.pk, error=error)
    Mailbox.objects.filter(pk=mailbox.pk).exclude(imap_error=error).update(imap_error=error)
    return stored


def poll(mailbox: Mailbox) -> int:
    """Store what is new in the folder; how many. Raises PollFailed; what was stored before that stays stored."""
    with _signed_in(mailbox) as server:
        last = _last_uid(mailbox, server)
        stored = 0
        for uid, size in _new_uids(server, last):
            stored += _take(mailbox, server, uid, size)
            Mailbox.objects.filter(pk=mailbox.pk, imap_last_uid__lt=int(uid)).update(imap_last_uid=int(uid))
        return stored


def _take(mailbox: Mailbox, server: BaseMailBox, uid: str, size: int) -> bool:
    """Store one mail, then mark it as seen. Of one that is too big only the head is kept, and it stays unseen."""
    too_large = size > settings.MAX_MAIL_MB * 2**20
    raw = _fetch(server, uid, "HEADER" if too_large else "")
    if raw is None:
        return False
    receive(raw, mailbox, transport="imap", refused="too_large" if too_large else "")
    if not too_large:
        server.flag([uid], MailMessageFlags.SEEN, True)
    return True


@contextmanager
def _signed_in(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    try:
        server = _Server(mailbox)
        server.login(mailbox.imap_user, decrypt(mailbox.imap_secret), initial_folder=None)
    except SecretLost:
        raise PollFailed("The stored password cannot be read any more; type it in again.") from None
    except _SERVER_ERRORS as error:
        raise PollFailed(_told(error)) from None
    try:
        yield server
    except _SERVER_ERRORS as error:
        raise PollFailed(_told(error)) from None
    finally:
        _sign_out(server)


class _Server(BaseMailBox):
    """imap-tools over a connection to a server that we may reach (transports/hosts.py)."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.where = mailbox
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return hosts.imap(self.where.imap_host, self.where.imap_port, self.where.imap_security, SECONDS)


def _sign_out(server: BaseMailBox) -> None:
    try:
        server.logout()
    except Exception:
        logger.debug("imap_logout_failed")


def _told(error: Exception) -> str:
    return str(error.message) if isinstance(error, HelpdeskError) else one_line(f"{type(error).__name__}: {error}", 300)


def _last_uid(mailbox: Mailbox, server: BaseMailBox) -> int:
    """The UID up to which everything is stored; 0 when the folder has been numbered anew (UIDVALIDITY)."""
    status = server.folder.status(mailbox.imap_folder, ["UIDVALIDITY"])
    validity = int(status["UIDVALIDITY"])
    server.folder.set(mailbox.imap_folder)
    if mailbox.imap_uidvalidity == validity:
        return mailbox.imap_last_uid
    Mailbox.objects.filter(pk=mailbox.pk).update(imap_uidvalidity=validity, imap_last_uid=0)
    return 0


def _new_uids(server: BaseMailBox, last: int) -> list[tuple[str, int]]:
    """UIDs above `last` with their sizes, in order. "n:*" also names the last mail when nothing is new."""
    uids = sorted({int(uid) for uid in server.uids(f"UID {last + 1}:*") if int(uid) > last})[:MOST_AT_ONCE]
    if not uids:
        return []
    status, lines = server.client.uid("fetch", ",".join(map(str, uids)), "(RFC822.SIZE)")
    _expect(status)
    sizes: dict[int, int] = {}
    for line in lines:
        words = line[0] if isinstance(line, tuple) else line
        uid, size = _UID.search(words or b""), _SIZE.search(words or b"")
        if uid and size:
            sizes[int(uid[1])] = int(size[1])
    return [(str(uid), sizes.get(uid, 0)) for uid in uids]


def _fetch(server: BaseMailBox, uid: str, what: str) -> bytes | None:
    """A part of a mail without marking it as seen; None when it is gone meanwhile."""
    status, data = server.client.uid("fetch", uid, f"(BODY.PEEK[{what}])")
    _expect(status)
    return next((bytes(item[1]) for item in data or () if isinstance(item, tuple)), None)


def _expect(status: str) -> None:
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH answered {status}")
