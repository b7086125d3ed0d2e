"""A class that the style sheets dress is given to something: what nobody wears is taken out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = "helpdesk agents customers tickets sla automation channels notifications surveys webhooks reports".split()
COMMENT = re.compile(r"/\*.*?\*/|\{#.*?#\}", re.DOTALL)
CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)(?=[^{}]*\{)")
WORD = re.compile(r"[\w-]+")
# `cell--{{ width }}`, `heat__{{ shade }}`, "avatar--{}": what stands before the brace names all that begin with it.
BUILT = re.compile(r"\b([a-z][\w-]*(?:--|__))(?=\{)")
# Built of both their halves in helpdesk/templatetags/ui.py.
SIGNS = ("state--", "priority--")


def sources() -> list[Path]:
    written = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "js").rglob("*.js"), *written]


@pytest.mark.once
def test_every_class_of_the_style_sheets_is_named_where_pages_are_made() -> None:
    said = [COMMENT.sub("", path.read_text()) for path in sources()]
    words = {word for text in said for word in WORD.findall(text)}
    built = tuple({part for text in said for part in BUILT.findall(text)})
    sheets = {path: COMMENT.sub("", path.read_text()) for path in (ROOT / "static" / "css").rglob("*.css")}
    dressed = {(name, path.name) for path, text in sheets.items() for name in CLASS.findall(text)}

    assert len(dressed) > 500
    assert "cell--" in built
    unworn = [(name, sheet) for name, sheet in dressed if name not in words and not name.startswith((*SIGNS, *built))]
    assert not sorted(unworn)
