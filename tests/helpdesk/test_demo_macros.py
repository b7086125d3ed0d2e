"""The demo's macros can be done: every stored step loads, names what is there, and says what can be filled in."""

import pytest

from agents.actors import Actor
from automation.macros.foretelling import foretell
from automation.macros.house import House
from automation.macros.keeping import checked, troubles
from automation.models import Macro
from helpdesk.demo import people
from helpdesk.demo.macros import KNOWN, write_macros
from tests.factories import make_ticket
from tickets.actions import load

pytestmark = pytest.mark.django_db


def test_every_stored_step_of_the_demo_loads_and_would_be_done(root):
    people.make_teams()
    ticket, by = make_ticket(), Actor.agent(root)

    assert write_macros() == len(KNOWN)
    assert write_macros() == len(KNOWN)

    macros = list(Macro.objects.all())
    house = House.read()
    assert troubles(macros, house) == {}
    for macro in macros:
        assert checked(macro.steps, house) == macro.steps
        assert [load(step).dump() for step in macro.steps] == macro.steps
        told = foretell(macro, ticket, root, by)
        assert (told.is_refused, told.words.unknown) == (False, ()), macro.name
