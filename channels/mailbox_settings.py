"""Keeping mailboxes: every change names who made it, and secrets are named, never kept in the clear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.actors import Actor
from channels import secrets
from channels.models import Mailbox, MailboxChange
from helpdesk.lib.errors import Denied

# What a change is told of; the secret is compared and named, never kept.
TOLD = (
    "name", "address", "aliases", "team_id", "language", "signature", "acknowledges", "active",
    "imap_host", "imap_port", "imap_security", "imap_user", "imap_folder",
)  # fmt: skip


def save_mailbox(mailbox: Mailbox, by: Actor, password: str = "") -> Mailbox:
    """Store a mailbox that a form has checked, and who changed what. An empty password keeps the old one."""
    if by.account_id is None:
        raise Denied("denied", _("Only agents keep mailboxes."))
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
        MailboxChange.objects.create(mailbox=mailbox, agent_id=by.account_id, what=what)
        kind = "mailbox_edited" if before is not None else "mailbox_made"
        audit.record(kind, by=by, subject=mailbox.name, data={"fields": _as_audited(what)})
    return mailbox


def _difference(before: Mailbox | None, after: Mailbox) -> dict[str, list[Any]]:
    old = {name: getattr(before, name, None) for name in TOLD}
    return {name: [old[name], getattr(after, name)] for name in TOLD if old[name] != getattr(after, name)}


def in_words(change: MailboxChange) -> str:
    """What was altered, in the reader's language."""
    return audit.fields_in_words(_as_audited(change.what))


def _as_audited(names: Iterable[str]) -> list[str]:
    """The audit log has words of its own for the fields of mailboxes."""
    return [f"mailbox_{name}" for name in names]


def _is_elsewhere(before: Mailbox, after: Mailbox) -> bool:
    """Whether the position in the old folder means nothing any more."""
    names = ("imap_host", "imap_port", "imap_user", "imap_folder")
    return any(getattr(before, name) != getattr(after, name) for name in names)


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
