"""Keeping mailboxes: every change names who made it, and a test of the connection tells what is wrong in words."""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agents.models import Agent
from channels import secrets
from channels.models import Mailbox, MailboxChange
from channels.transports.hosts import imap
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import one_line

SECONDS = 10.0
# What a change is told of; the secret is compared and named, never kept.
TOLD = (
    "name", "address", "aliases", "team_id", "language", "signature", "acknowledges", "active",
    "imap_host", "imap_port", "imap_security", "imap_user", "imap_folder",
)  # fmt: skip


def save_mailbox(mailbox: Mailbox, by: Agent, password: str = "") -> Mailbox:
    """Store a mailbox that a form has checked, and who changed what. An empty password keeps the old one."""
    with transaction.atomic():
        before = Mailbox.objects.select_for_update().filter(pk=mailbox.pk).first() if mailbox.pk else None
        what = _difference(before, mailbox)
        if password:
            mailbox.imap_secret = secrets.encrypt(password)
            what["imap_password"] = []
        if before is not None and not what:
            return mailbox
        if before is not None and _is_elsewhere(before, mailbox):
            mailbox.imap_uidvalidity, mailbox.imap_last_uid, mailbox.imap_error = None, 0, ""
        mailbox.save()
        MailboxChange.objects.create(mailbox=mailbox, agent=by, what=what)
    return mailbox


def _difference(before: Mailbox | None, after: Mailbox) -> dict[str, list[Any]]:
    old = {name: getattr(before, name, None) for name in TOLD}
    return {name: [old[name], getattr(after, name)] for name in TOLD if old[name] != getattr(after, name)}


def _is_elsewhere(before: Mailbox, after: Mailbox) -> bool:
    """Whether the position in the old folder means nothing any more."""
    names = ("imap_host", "imap_port", "imap_user", "imap_folder")
    return any(getattr(before, name) != getattr(after, name) for name in names)


def test_connection(mailbox: Mailbox) -> int:
    """Sign in and look into the folder; how many mails lie there. Never inside a transaction.

    Raises HelpdeskError whose sentence says which step failed; a server's own words are cut short.
    """
    try:
        password = secrets.decrypt(mailbox.imap_secret)
    except secrets.SecretLost:
        raise HelpdeskError(
            "secret_lost", _("The stored password cannot be read any more; type it in again."), field="imap_password"
        ) from None
    try:
        connection = imap(mailbox.imap_host, mailbox.imap_port, mailbox.imap_security, SECONDS)
    except (OSError, imaplib.IMAP4.error) as problem:
        raise HelpdeskError("no_connection", _no_connection(problem), field="imap_host") from problem
    try:
        connection.login(mailbox.imap_user, password)
        answer, counted = connection.select(_quoted(mailbox.imap_folder), readonly=True)
        if answer != "OK":
            raise HelpdeskError("no_folder", _("Signed in, but there is no such folder."), field="imap_folder")
        return int(counted[0] or 0)
    except imaplib.IMAP4.error as problem:
        said = one_line(str(problem), 200)
        raise HelpdeskError(
            "sign_in_failed", _("The server refused the sign-in: %(said)s") % {"said": said}, field="imap_user"
        ) from problem
    except (OSError, UnicodeError, ValueError) as problem:
        raise HelpdeskError("no_connection", _no_connection(problem), field="imap_host") from problem
    finally:
        with contextlib.suppress(Exception):
            connection.logout()


def _no_connection(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return _("The certificate of the server is not valid for this name.")
    if isinstance(problem, ssl.SSLError):
        return _("The server does not speak the chosen encryption on this port.")
    if isinstance(problem, TimeoutError):
        return _("The server did not answer within %(seconds)d seconds.") % {"seconds": SECONDS}
    if isinstance(problem, ConnectionRefusedError):
        return _("Nothing listens on this port of the server.")
    return _("The connection failed: %(said)s") % {"said": one_line(str(problem), 200)}


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def rotate_secrets() -> tuple[int, list[Mailbox]]:
    """Encrypt every stored password under today's SECRET_KEY: how many, and the mailboxes whose key is gone."""
    done, lost = 0, []
    for mailbox in Mailbox.objects.exclude(imap_secret=""):
        try:
            rotated = secrets.rotate(mailbox.imap_secret)
        except secrets.SecretLost:
            lost.append(mailbox)
            continue
        unchanged = Mailbox.objects.filter(pk=mailbox.pk, imap_secret=mailbox.imap_secret)
        done += unchanged.update(imap_secret=rotated)
    return done, lost
