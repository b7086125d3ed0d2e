"""Reading JSON that strangers wrote: what cannot be read, or could not be written again, is a mistake of theirs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class Json(JSONParser):
    """Refuses what is nested too deeply, and halves of surrogate pairs, which no answer could repeat."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        raw = stream.read()
        try:
            parsed: dict[str, Any] = super().parse(BytesIO(raw), media_type, parser_context)
            if b"\\ud" in raw.lower():
                json.dumps(parsed, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError):
            raise ParseError(_("This JSON cannot be read.")) from None
        return parsed
