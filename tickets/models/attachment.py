"""Files that came with messages: content kept once by its hash, names kept as data only."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from tickets.querysets import AttachmentQuerySet


def new_key() -> str:
    """An unguessable handle of 160 random bits."""
    return secrets.token_urlsafe(20)


class Blob(models.Model):
    """The bytes of a file, stored once below MEDIA_ROOT at a path made from their SHA-256, never from a name."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.sha256

    @property
    def path(self) -> str:
        return f"blobs/{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"


class Attachment(models.Model):
    """A file under the name its sender gave it. Without a message it is an upload waiting in somebody's composer."""

    message = models.ForeignKey("tickets.Message", models.CASCADE, null=True, blank=True, related_name="attachments")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="attachments")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=40, unique=True, default=new_key)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    content_id = models.CharField(max_length=250, blank=True)
    inline = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["created_at"], name="attachment_unsent", condition=models.Q(message=None)),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}
