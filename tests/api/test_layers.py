"""The API is a door: what happens behind it does not come in through it."""

from __future__ import annotations

import ast
import re

from tests.house_law import imports
from tests.test_architecture import ROOT, SOURCES, name_of

DOOR = re.compile(r"^\w+/(api/|urls\.py)|^helpdesk/api\.py")


def test_only_doors_and_addresses_import_what_speaks_to_programs():
    """A worker that sends a webhook or saves a macro has no request, and should not need what reads one."""
    behind = [path for path in SOURCES if not DOOR.match(name_of(path))]
    behind += [path for path in (ROOT / "webhooks").rglob("*.py") if not DOOR.match(name_of(path))]

    found = {
        f"{name_of(path)}:{line}: {name}"
        for path in behind
        for line, name in imports(ast.parse(path.read_text()))
        if re.match(r"(?!helpdesk)\w+\.api(\.|$)", name)
    }

    assert len(behind) > 300
    assert found == set()
