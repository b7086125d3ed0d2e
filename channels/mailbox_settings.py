"""Keeping mailboxes: every change names who made it, and secrets are named, never kept in the clear."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from agents.models import Agent
from channels import secrets
from channels.models import Mailbox, MailboxChange

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
