"""Try the IMAP settings of a mailbox now, and say in words which step failed."""

from __future__ import annotations

import contextlib
import imaplib
import ssl

from django.utils.translation import gettext as _

from channels import secrets
from channels.models import Mailbox
from channels.transports.hosts import imap
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import one_line

SECONDS = 10.0


def check_connection(mailbox: Mailbox) -> int:
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
