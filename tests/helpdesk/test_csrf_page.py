"""A form whose token is missing or old gets a page of ours, and changes nothing."""

import pytest
from django.test import Client

from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_a_form_without_its_token_is_refused_in_our_words(ana):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)

    answer = client.post("/tickets/new/", {"subject": "Forged"})

    assert answer.status_code == 403
    assert b"Go back, reload it and try again; nothing was changed." in answer.content
    assert b"<style" not in answer.content
    assert not Ticket.objects.exists()
