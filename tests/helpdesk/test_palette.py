"""The command palette: who is shown what, in which language, and how it is asked."""

from html import unescape

import pytest

from agents.actors import Actor
from agents.models import Agent
from customers.models import Organization
from tests.factories import make_customer, make_ticket
from tickets.models import CannedText, TicketRead
from tickets.saved_views import save_view

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, ana):
    client.force_login(ana)
    return lambda text="", **more: unescape(client.get("/palette/", {"q": text, **more}).content.decode())


def test_strangers_are_led_away(client):
    assert client.get("/palette/", {"q": "x"}).status_code == 302


def test_tickets_are_found_by_number_and_by_words_and_only_those_one_sees(ask, kim, billing, technical):
    """E01: neither by number nor by words does the palette show what the lists do not."""
    ours = make_ticket(kim, team=billing, subject="Flaming printer")
    theirs = make_ticket(kim, team=technical, subject="Flaming canary")

    assert f'data-href="/tickets/{ours.pk}/"' in ask(str(ours.pk))
    assert f'data-href="/tickets/{ours.pk}/"' in ask("flaming prin")
    assert "canary" not in ask(str(theirs.pk)) + ask("flaming") + ask(f"#{theirs.pk}")


def test_the_name_of_a_page_comes_before_tickets_that_say_the_word(ask, kim, billing):
    make_ticket(kim, team=billing, subject="Customers complain of flames")

    shown = ask("customers")

    assert 0 < shown.index('data-href="/customers/"') < shown.index("complain of flames")


def test_people_organisations_and_views_are_found(ask, ana):
    make_customer("Zenobia Quist", "zen@q.example")
    organization = Organization.objects.create(name="Zenith Works")
    view = save_view(Actor.agent(ana), {"name": "Zebra list", "text": "is:open"})

    body = ask("ze")

    assert "Zenobia Quist" in body
    assert f'data-href="/customers/organizations/{organization.pk}/"' in body
    assert f'data-href="/tickets/?view={view.pk}"' in body
    assert 'data-href="/tickets/?view=unassigned"' in ask("unass")


def test_somebody_elses_view_is_not_offered(ask, leo):
    """E14"""
    save_view(Actor.agent(leo), {"name": "Zebra list", "text": "is:open"})

    assert "Zebra" not in ask("zebra")


def test_labels_are_matched_in_the_readers_language_and_in_english(ask, ana):
    Agent.objects.filter(pk=ana.pk).update(language="da")

    danish = ask("unassigned")

    assert 'data-href="/tickets/?view=unassigned"' in danish
    label = danish.split('data-href="/tickets/?view=unassigned"')[1].split("truncate")[1].split(">")[1].split("<")[0]
    assert label not in ("", "Unassigned")
    assert 'data-href="/tickets/?view=unassigned"' in ask(label[:5])


def test_pages_are_those_that_ones_role_may_open(client, ask, root):
    assert 'data-href="/settings/agents/"' not in ask("agents")
    client.force_login(root)

    assert 'data-href="/settings/agents/"' in client.get("/palette/", {"q": "agents"}).content.decode()


def test_actions_are_offered_by_their_keys(ask):
    body = ask("solve")

    assert 'data-use="e"' in body
    assert 'data-use="r"' not in body


def test_texts_are_offered_while_one_writes_and_filled_for_the_ticket(ask, ticket, ana, leo, technical):
    """E14: only texts that one may use, and only on a ticket that one sees."""
    CannedText.objects.create(owner=ana, title="Hello", body="Hello {{ requester.first_name }}")
    CannedText.objects.create(owner=leo, title="Hello of Leo", body="Canary")
    hidden = make_ticket(make_customer("Bo", "bo@b.example"), team=technical)

    assert 'data-insert="Hello Kim"' in ask("hel", ticket=ticket.pk, composing="1")
    assert "Canary" not in ask("hel", ticket=ticket.pk, composing="1")
    assert "data-insert" not in ask("hel", ticket=ticket.pk)
    assert "data-insert" not in ask("hel", ticket=hidden.pk, composing="1")


def test_without_words_it_offers_what_one_had_open_lately(ask, kim, ana, billing, technical):
    seen, lost = (make_ticket(kim, team=team, subject=team.name) for team in (billing, technical))
    for one in (seen, lost):
        TicketRead.objects.create(ticket=one, agent=ana)

    body = ask()

    assert f"#{seen.pk} Billing" in body
    assert f"#{lost.pk}" not in body


def test_what_was_typed_is_words_and_never_markup(client, ana):
    """C02"""
    client.force_login(ana)

    body = client.get("/palette/", {"q": "<script>alert(1)</script>"}).content.decode()

    assert "<script" not in body


@pytest.mark.parametrize("text", ["\x00", "' OR 1=1", "%", "a" * 5000, '"', "tag:"])
def test_odd_words_find_nothing_and_break_nothing(client, ana, text):
    client.force_login(ana)

    assert client.get("/palette/", {"q": text, "ticket": "9" * 30, "composing": "1"}).status_code == 200
