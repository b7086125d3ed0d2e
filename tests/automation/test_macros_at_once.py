"""Real threads on one macro. Each of these fails when its lock is taken out; PostgreSQL only."""

from __future__ import annotations

import pytest
from django.db import connection  # noqa: F401  named in the condition of skipif

from agents.actors import Actor
from automation.macros.keeping import remove_macro, save_macro
from automation.macros.model import Macro
from helpdesk.lib.errors import NotVisible, Stale
from tests.automation.test_macros import KNOWN_AS
from tests.factories import make_agent
from tests.test_concurrency import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="threads need PostgreSQL"),
]


def test_of_saves_at_once_one_wins_and_what_is_removed_meanwhile_does_not_come_back():
    by = Actor.agent(make_agent("Ana"))
    macro = save_macro(by, KNOWN_AS)

    def save(version):
        return lambda: save_macro(by, KNOWN_AS, macro.pk, version=version)

    told = together(*[save(1)] * 6)
    assert sorted(type(one).__name__ for one in told) == ["Macro", *["Stale"] * 5]
    assert Macro.objects.get().version == 2

    assert sorted(one.version for one in together(*[save(None)] * 6)) == [3, 4, 5, 6, 7, 8]

    told = together(*[save(8)] * 3, lambda: remove_macro(macro.pk, by), *[save(8)] * 3)
    assert isinstance(told[3], Macro)
    assert all(isinstance(one, Macro | NotVisible | Stale) for one in told)
    assert not Macro.objects.exists()
