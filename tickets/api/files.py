"""Files: uploaded first, then named by the message that takes them; downloaded as bytes, never as pages of ours."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from agents.models import ApiToken
from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.rest.documenting import ANY_TYPE, operation
from helpdesk.lib.rest.shapes import expect_parameters
from helpdesk.lib.rest.single import shown
from tickets.api.shapes import FileShape
from tickets.attachments import open_blob
from tickets.models import Attachment
from tickets.views.files import HARMLESS, SANDBOX, brought


class Upload(serializers.Serializer[Any]):
    """One file, as multipart/form-data."""

    file = serializers.FileField()


class AnyBytes(BaseRenderer):
    """So that `Accept: */*`, or the type of the file, is taken for a download."""

    media_type = "*/*"
    format = "bytes"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return JSONRenderer().render(data)


class Files(Door):
    scope = ApiToken.Scope.FILE  # what a customer wrote may have files
    parser_classes = (MultiPartParser,)
    in_one_commit = False  # its bytes go to the disk first

    @operation(
        "Upload a file",
        answers={201: FileShape},
        takes=Upload,
        media_type="multipart/form-data",
        example={"file": "the bytes of invoice.pdf"},
        writes=True,
        sends=["ETag"],
        name="attachments_create",
    )
    def post(self, request: Request) -> Response:
        """It waits for a day for the message that names its key, and is removed then."""
        expect_parameters(request, ())
        if not self.actor.can(Permission.NOTE):
            self.actor.require(Permission.REPLY)
        extra = [name for name in (*request.POST, *request.FILES) if name != "file"]
        file = request.FILES.get("file")
        if extra or file is None or len(request.FILES.getlist("file")) != 1:
            raise HelpdeskError("no_file", _("Send one file, as the field “file”."), field="file")
        attachment = brought(file, self.actor)
        return self.together(lambda: self._kept(attachment))

    @staticmethod
    def _kept(attachment: Attachment) -> Response:
        attachment.save()
        return shown(FileShape(attachment), 201)


class OneFile(Door):
    @operation("Get what is known of a file", answers={200: FileShape}, sends=["ETag"], name="attachments_get")
    def get(self, request: Request, key: str) -> Response:
        expect_parameters(request, ())
        return shown(FileShape(_file(self, key)))


class Content(Door):
    renderer_classes = (JSONRenderer, AnyBytes)

    @operation(
        "Download a file",
        answers={200: OpenApiTypes.BINARY},
        name="attachments_download",
        media_type=ANY_TYPE,
    )
    def get(self, request: Request, key: str) -> HttpResponseBase:
        expect_parameters(request, ())
        attachment = _file(self, key)
        try:
            content = open_blob(attachment.blob)
        except FileNotFoundError:
            raise NotVisible("not_found", _("There is no such file.")) from None
        kind = attachment.content_type if attachment.content_type in HARMLESS else "application/octet-stream"
        answered = FileResponse(content, as_attachment=True, filename=attachment.name, content_type=kind)
        answered["Content-Security-Policy"] = SANDBOX
        answered["X-Content-Type-Options"] = "nosniff"
        answered["Cache-Control"] = "private, no-store"
        return answered


def _file(door: Door, key: str) -> Attachment:
    found = Attachment.objects.visible_to(door.actor).select_related("blob")
    attachment = found.filter(key=key).first() if "\x00" not in key else None
    if attachment is None:
        raise NotVisible("not_found", _("There is no such file."))
    return attachment
