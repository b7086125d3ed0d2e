"""Bytes that strangers wrote, handed to a browser so that it can only save them."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from helpdesk.lib.text import one_line


def as_download(data: bytes, name: str) -> HttpResponse:
    answered = HttpResponse(data, content_type="application/octet-stream")
    disposition = content_disposition_header(True, one_line(name, 150).replace("/", "_") or "file")
    answered["Content-Disposition"] = disposition or "attachment"
    answered["X-Content-Type-Options"] = "nosniff"
    answered["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answered["Cache-Control"] = "private, no-store"
    return answered
