"""The demo's canned texts use only variables that exist."""

import pytest

from helpdesk.demo import people
from helpdesk.demo.texts import SHARED, write_texts
from tickets.canned import fill, values_on
from tickets.models import CannedText

pytestmark = pytest.mark.django_db


def test_every_text_of_the_demo_can_be_filled_in(ticket, ana):
    people.make_fields()

    assert write_texts() == len(SHARED) + 1
    assert write_texts() == len(SHARED) + 1

    for text in CannedText.objects.all():
        assert fill(text.body, values_on(ticket, ana)).unknown == (), text.title
