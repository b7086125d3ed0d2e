"""Files go up one by one while the agent still writes, and come down as downloads, never as pages of ours."""

from __future__ import annotations

import mimetypes
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Sum
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.actors import Actor
from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.file_names import safe_name
from tickets.attachments import open_blob, upload_of
from tickets.models import Attachment

MOST_WAITING = 300
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Browsers draw a PDF as an embedded object with styles of their own; nothing else may come of it.
PDF_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; sandbox"
)
# Types that a download may say it is; every other file is only bytes.
HARMLESS = {
    "application/pdf",
    "application/zip",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/csv",
    "text/plain",
}
_IMAGES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


def image_type(head: bytes) -> str:
    """What a picture is by its first bytes, "" when it is none that a browser draws without running anything."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _IMAGES if head.startswith(magic)), "")


def keep(file: UploadedFile[Any], actor: Actor) -> Attachment:
    """Keep one uploaded file under a safe name. Raises HelpdeskError("too_big" | "not_kept"); then nothing is kept."""
    attachment = brought(file, actor)
    attachment.save()
    return attachment


def brought(file: UploadedFile[Any], actor: Actor) -> Attachment:
    """As keep(), where the row is still to be saved, by those who save something else with it."""
    if (file.size or 0) > settings.MAX_UPLOAD_MB * 2**20:
        raise HelpdeskError(
            "too_big", _("A file has at most %(size)d MB.") % {"size": settings.MAX_UPLOAD_MB}, field="files"
        )
    _expect_room(actor, file.size or 0)
    name = safe_name(file.name or "") or "file"
    head = file.read(16)
    file.seek(0)
    kind = image_type(head) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("image/") and not image_type(head):
        kind = "application/octet-stream"
    try:
        return upload_of(file.chunks(), name=name, content_type=kind, uploaded_by=actor.id)
    except OSError as error:
        raise HelpdeskError("not_kept", _("The file could not be stored; try again in a moment.")) from error


def _expect_room(actor: Actor, size: int) -> None:
    """So that nobody fills the disk with files that are never sent (D07). Rides attachment_unsent."""
    waiting = Attachment.objects.unsent_of(actor.id).aggregate(number=Count("pk"), size=Sum("blob__size"))
    most = settings.MAX_WAITING_UPLOADS_MB * 2**20
    if (waiting["size"] or 0) + size > most or waiting["number"] >= MOST_WAITING:
        raise HelpdeskError(
            "no_room", _("Too many files of yours wait unsent; send or remove some of them first."), field="files"
        )


@require_POST
@signed_in
def upload(request: AgentRequest) -> HttpResponse:
    """Takes one file for the composer and answers with its tile, which carries the key that the form will send."""
    actor = request.actor
    if not (actor.can(Permission.REPLY) or actor.can(Permission.NOTE)):
        actor.require(Permission.REPLY)
    file = request.FILES.get("file")
    if file is None:
        raise HelpdeskError("no_file", _("No file arrived."), field="files")
    return render(request, "tickets/_upload.html", {"file": keep(file, actor)}, status=201)


@require_safe
@signed_in
def download(request: AgentRequest, key: str) -> HttpResponseBase:
    """The file as a download, whatever it is (C03)."""
    attachment, content = _opened(request, key)
    kind = attachment.content_type if attachment.content_type in HARMLESS else "application/octet-stream"
    return _sandboxed(FileResponse(content, as_attachment=True, filename=attachment.name, content_type=kind))


@require_safe
@signed_in
def image(request: AgentRequest, key: str) -> HttpResponseBase:
    """A picture to look at: only when its bytes are a PNG, JPEG, GIF or WebP, whatever its sender called it (D06)."""
    _attachment, content = _opened(request, key)
    kind = image_type(content.read(16))
    content.seek(0)
    if not kind:
        content.close()
        raise Http404
    return _sandboxed(FileResponse(content, content_type=kind))


@require_safe
@signed_in
def pdf(request: AgentRequest, key: str) -> HttpResponseBase:
    """A PDF for the browser's own viewer, in a tab of its own: only when its first bytes say that it is one.

    The policy keeps the document from loading, framing or doing anything in our name, and nosniff keeps its bytes from
    ever being read as a page (docs/decisions/0011-previews-run-nothing.md).
    """
    attachment, content = _opened(request, key)
    head = content.read(5)
    content.seek(0)
    if head != b"%PDF-":
        content.close()
        raise Http404
    answered = _sandboxed(FileResponse(content, filename=attachment.name, content_type="application/pdf"))
    answered["Content-Security-Policy"] = PDF_POLICY
    return answered


def _opened(request: AgentRequest, key: str) -> tuple[Attachment, IO[bytes]]:
    if "\x00" in key:  # PostgreSQL does not even look for it
        raise Http404
    actor = request.actor
    attachment = Attachment.objects.visible_to(actor).select_related("blob").filter(key=key).first()
    if attachment is None:
        raise Http404
    try:
        return attachment, open_blob(attachment.blob)
    except FileNotFoundError:
        raise Http404 from None


def _sandboxed(answered: FileResponse) -> FileResponse:
    answered["Content-Security-Policy"] = SANDBOX
    answered["X-Content-Type-Options"] = "nosniff"
    answered["Cache-Control"] = "private, no-store"
    return answered
