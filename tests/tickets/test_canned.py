"""Canned texts: whose they are, what the variables become, how they are found and kept in order."""

import pytest

from agents.actors import Actor
from agents.audit import phrase
from agents.records import AgentAudit
from customers.models import Organization
from helpdesk.lib.errors import Denied
from tests.factories import make_customer, make_ticket
from tickets import canned
from tickets.canned import fill, values_on
from tickets.models import CannedText
from tickets.views import canned as views_canned

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def text(title="Thanks", body="Thanks, {{ requester.first_name }}!", **fields):
    return CannedText.objects.create(title=title, body=body, **fields)


def offered(page, ticket, q=""):
    return page.get(f"/tickets/{ticket.pk}/canned/", {"q": q}, headers=HTMX).content.decode()


def test_variables_become_what_stands_on_the_ticket(kim, billing, ana):
    kim.organization = Organization.objects.create(name="Alpha")
    kim.save()
    ticket = make_ticket(kim, team=billing, subject="Printer on fire")
    body = (
        "{{ requester.first_name }}/{{requester.name}}/{{ requester.email }}/{{ organization.name }}/"
        "{{ ticket.number }}/{{ ticket.subject }}/{{ team.name }}/{{ AGENT.first_name }}/{{ agent.name }}"
    )

    filled = fill(body, values_on(ticket, ana))

    assert filled.text == f"Kim/Kim Jensen/kim@alpha.example/Alpha/{ticket.pk}/Printer on fire/Billing/Ana/Ana"
    assert filled.unknown == ()


def test_an_unknown_variable_stays_as_written_and_is_named(ticket, ana):
    filled = fill("Hi {{ nobody.home }}, {{ organization.name }} {{ nobody.home }}", values_on(ticket, ana))

    assert filled.text == "Hi {{ nobody.home }}, {{ organization.name }} {{ nobody.home }}"
    assert filled.unknown == ("nobody.home", "organization.name")


def test_words_after_a_bar_stand_in_for_what_is_missing(ana, billing):
    nameless = make_ticket(make_customer("", "x@x.example"), team=billing)

    filled = fill("Hi {{ requester.first_name | there }},", values_on(nameless, ana))

    assert (filled.text, filled.unknown) == ("Hi there,", ())


def test_a_value_is_words_and_is_never_obeyed(billing, ana, settings):
    """C02, C10, G04: no template engine, no second round, no link or picture out of a customer's name."""
    settings.SECRET_CANARY = "canary"
    eve = make_customer("{{ agent.name }} [x](javascript:alert(1)) <img src=x onerror=y>`", "eve@x.example")
    values = values_on(make_ticket(eve, team=billing), ana)

    filled = fill("{{ requester.name }}|{% debug %}|{{ settings.SECRET_CANARY }}|{{ 7|add:7 }}|{{7*7}}", values)

    name, rest = filled.text.split("|", 1)
    assert not set(name) & set("[]<>{}`")
    assert rest == "{% debug %}|{{ settings.SECRET_CANARY }}|{{ 7|add:7 }}|{{7*7}}"


def test_custom_fields_are_variables_too(ticket, ana):
    ticket.custom = {"order_number": 4711, "empty": None}

    filled = fill("Order {{ field.order_number }} {{ field.empty }}", values_on(ticket, ana))

    assert filled.text == "Order 4711 {{ field.empty }}"


def test_ones_own_and_the_shared_ones_are_offered_and_no_others(page, ticket, ana, leo, technical, billing):
    """E14"""
    for title, fields in {
        "Mine": {"owner": ana}, "Leos": {"owner": leo}, "For all": {}, "Ours": {"team": billing},
        "Theirs": {"team": technical},
    }.items():  # fmt: skip
        text(title, **fields)

    body = offered(page, ticket)

    assert [title in body for title in ("Mine", "For all", "Ours", "Leos", "Theirs")] == [True] * 3 + [False] * 2


def test_they_are_found_by_every_word_and_by_shortcut_first(page, ticket):
    text("Refund granted", "We pay back.", shortcut="")
    text("Delay", "A refund takes long.", shortcut="refund")
    text("Money back", "A refund is on its way.")
    text("Other", "Hello")

    body = offered(page, ticket, "refund")

    assert body.index("Delay") < body.index("Refund granted") < body.index("Money back")
    assert "Other" not in body
    assert "Refund granted" not in offered(page, ticket, "refund long")
    assert "Delay" in offered(page, ticket, "refund long")
    assert offered(page, ticket, "a\x00%_").count('role="option"') == 1


def test_the_picker_inserts_the_filled_text_and_says_what_is_missing(page, ticket):
    """C02"""
    text('"><script>alert(1)</script>', 'Hi {{ requester.first_name }} "&<b> {{ what.is_this }}')

    body = offered(page, ticket)

    assert 'data-insert="Hi Kim &quot;&amp;&lt;b&gt; {{ what.is_this }}"' in body
    assert "Nothing is known for what.is_this" in body
    assert "<script>" not in body


def form(**data):
    return {"title": "Thanks", "shortcut": "/thx", "body": "Thank you.", "team": "mine"} | data


def test_an_agent_keeps_texts_of_their_own(page, ana):
    page.post("/settings/texts/new/", form())
    kept = CannedText.objects.get()
    page.post(f"/settings/texts/{kept.pk}/", form(title="Many thanks", version="1"))

    kept.refresh_from_db()
    assert (kept.owner, kept.team, kept.title, kept.shortcut) == (ana, None, "Many thanks", "thx")
    assert "Many thanks" in page.get("/settings/texts/").content.decode()
    page.post(f"/settings/texts/{kept.pk}/delete/")
    assert not CannedText.objects.exists()


def test_only_supervisors_share_texts_and_only_with_teams_of_theirs(page, client, leo, billing, technical):
    """E09, E14"""
    assert page.post("/settings/texts/new/", form(team="all")).status_code == 422
    assert page.post("/settings/texts/new/", form(owner="1")).status_code == 400
    client.force_login(leo)
    assert client.post("/settings/texts/new/", form(team=str(technical.pk))).status_code == 422
    assert not CannedText.objects.exists()

    client.post("/settings/texts/new/", form(team=str(billing.pk)))
    assert CannedText.objects.get().team == billing


def test_what_is_shared_is_read_by_all_and_changed_by_supervisors(page, client, ana, leo):
    """E14"""
    shared, his = text(), text("Leos", owner=leo)

    assert page.get(f"/settings/texts/{shared.pk}/").status_code == 403
    assert page.post(f"/settings/texts/{shared.pk}/delete/").status_code == 403
    assert page.get(f"/settings/texts/{his.pk}/").status_code == 404
    assert page.post(f"/settings/texts/{his.pk}/delete/").status_code == 404
    client.force_login(leo)
    assert client.post(f"/settings/texts/{shared.pk}/", form(team="all", version="1")).status_code == 302
    shared.refresh_from_db()
    assert (shared.title, shared.owner) == ("Thanks", None)


def test_a_text_needs_a_title_and_words(page):
    for wrong in ({"title": " "}, {"body": " \n"}, {"title": "x" * 121}):
        assert page.post("/settings/texts/new/", form(**wrong)).status_code == 422
    assert not CannedText.objects.exists()


def test_what_a_colleague_saved_meanwhile_is_not_written_over(page, ana):
    kept = text(owner=ana)
    address = f"/settings/texts/{kept.pk}/"
    assert '<input type="hidden" name="version" value="1"' in page.get(address).content.decode()
    assert page.post(address, form(body="A colleague's", version="1")).status_code == 302

    for behind in ({"version": "1"}, {}):
        answer = page.post(address, form(title="Mine", **behind))
        assert answer.status_code == 409
        body = answer.content.decode()
        assert "This text was changed meanwhile" in body
        assert 'value="Mine"' in body
        assert '<input type="hidden" name="version" value="2"' in body

    kept.refresh_from_db()
    assert (kept.title, kept.body, kept.version) == ("Thanks", "A colleague's", 2)
    assert page.post(address, form(title="Mine", version="2")).status_code == 302
    kept.refresh_from_db()
    assert (kept.title, kept.version) == ("Mine", 3)


def test_a_text_that_was_deleted_while_it_was_edited_stays_deleted(page, ana, monkeypatch):
    kept = text(owner=ana)
    read = canned.canned_to_change

    def deleted_after_it_was_read(*args, **held):
        found = read(*args, **held)
        CannedText.objects.filter(pk=kept.pk).delete()
        return found

    monkeypatch.setattr(views_canned, "canned_to_change", deleted_after_it_was_read)

    assert page.post(f"/settings/texts/{kept.pk}/", form(version="1")).status_code == 404
    assert not CannedText.objects.exists()


def test_the_audit_log_tells_of_texts_that_others_use_and_of_no_others(ana, leo, billing):
    as_ana, as_leo = Actor.agent(ana), Actor.agent(leo)
    words = {"title": "Thanks", "shortcut": "ty", "body": "Thanks!", "shared": False, "team_id": None}
    canned.remove_canned(canned.save_canned(as_ana, **words).pk, as_ana)
    own = canned.save_canned(as_leo, **words).pk
    shared = {**words, "shared": True, "team_id": billing.pk}
    for now in (shared, shared, {**shared, "body": "Thank you!", "team_id": None}):
        canned.save_canned(as_leo, own, **now)
    with pytest.raises(Denied):
        canned.remove_canned(own, as_ana)
    canned.remove_canned(own, as_leo)
    canned.save_canned(as_leo, **shared)

    assert [phrase(entry) for entry in AgentAudit.objects.order_by("pk")] == [
        "Leo changed the shared text Thanks: with whom it is shared",
        "Leo changed the shared text Thanks: text, with whom it is shared",
        "Leo deleted the shared text Thanks",
        "Leo made the shared text Thanks",
    ]
