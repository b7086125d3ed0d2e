"""ETag and If-Match: who writes says which version was read, and learns when somebody was faster."""

from __future__ import annotations

import json
import re
import zlib
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from helpdesk.lib.errors import HelpdeskError, Stale

_TAG = re.compile(r'"v(\d{1,10})"')


class Changed(Stale):
    """The version named by If-Match is gone."""

    status = 412


def etag(version: int) -> str:
    return f'"v{version}"'


def version_of(data: Any) -> int:
    """Of rows that count no versions: what is shown is one."""
    return zlib.crc32(json.dumps(data, default=str, sort_keys=True).encode())


def asked_version(request: Request, current: int) -> int | None:
    """The version that the writer read; None without If-Match or for `*`. Raises Changed when none of those named is
    the current one, and "bad_if_match" for what is no ETag of ours."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        return None
    versions = []
    for part in given.split(","):
        found = _TAG.fullmatch(part.strip())
        if found is None:
            raise HelpdeskError("bad_if_match", _("If-Match takes the ETag of an earlier answer."), field="If-Match")
        versions.append(int(found[1]))
    if current not in versions:
        raise Changed("stale", _("It was changed since you read it."))
    return current
