"""The audit log: every entry has its sentence, none is ever changed, pages of it cost the same."""

import pytest
from django.urls import reverse
from django.utils import translation

from agents.actors import Actor
from agents.audit import SENTENCES, phrase, record
from agents.records import AgentAudit

pytestmark = pytest.mark.django_db


@pytest.mark.once
@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_every_kind_has_a_sentence_without_holes(kind, root, ana, billing):
    data = {"role": "agent", "from": "agent", "to": "admin", "agent": "Ana", "fields": ["name", "email"]}
    record(kind, by=Actor.agent(root), agent=ana, team=billing, data=data)

    told = phrase(AgentAudit.objects.get())

    assert told
    assert "%(" not in told
    assert "  " not in told


def test_a_sentence_names_who_and_whom(root, ana):
    record("role_changed", by=Actor.agent(root), agent=ana, data={"from": "agent", "to": "ops_manager"})

    assert phrase(AgentAudit.objects.get()) == "Root changed the role of Ana from Agent to Ops manager"


def test_facts_are_kept_and_phrased_when_read(root, ana):
    record("role_changed", by=Actor.agent(root), agent=ana, data={"from": "agent", "to": "admin"})

    with translation.override("en"):
        assert "Admin" in phrase(AgentAudit.objects.get())
    assert AgentAudit.objects.get().data == {"from": "agent", "to": "admin"}


def test_a_kind_without_a_sentence_is_a_mistake_of_ours(root):
    with pytest.raises(KeyError):
        record("gossiped", by=Actor.agent(root))
    assert AgentAudit.objects.count() == 0


def test_an_entry_is_never_changed_or_deleted(root, ana):
    record("agent_disabled", by=Actor.agent(root), agent=ana)
    entry = AgentAudit.objects.get()

    for change in (
        entry.save,
        entry.delete,
        AgentAudit.objects.all().delete,
        lambda: AgentAudit.objects.update(kind="x"),
    ):
        with pytest.raises(TypeError):
            change()

    assert AgentAudit.objects.get().kind == "agent_disabled"


def test_pages_go_back_in_time_and_return(client, root, ana):
    for number in range(120):
        record("agent_edited", by=Actor.agent(root), agent=ana, subject=f"n{number}", data={"fields": ["name"]})
    client.force_login(root)

    first = client.get(reverse("agents:audit"))
    second = client.get(reverse("agents:audit") + first.context["older"])
    third = client.get(reverse("agents:audit") + second.context["older"])
    back = client.get(reverse("agents:audit") + second.context["newer"])

    def subjects(page):
        return [entry.subject for entry, _sentence in page.context["entries"]]

    assert subjects(first) + subjects(second) + subjects(third) == [f"n{n}" for n in range(119, -1, -1)]
    assert subjects(back) == subjects(first)
    assert (first.context["newer"], third.context["older"]) == (None, None)


def test_the_log_of_one_agent_is_what_they_did_and_what_was_done_to_them(client, root, ana, mia):
    record("agent_disabled", by=Actor.agent(root), agent=ana)
    record("signed_in", by=Actor.agent(ana), agent=ana)
    record("agent_disabled", by=Actor.agent(root), agent=mia)
    client.force_login(root)

    page = client.get(reverse("agents:audit"), {"agent": ana.pk})

    assert [entry.kind for entry, _sentence in page.context["entries"]] == ["signed_in", "agent_disabled"]


@pytest.mark.parametrize("query", ["older=garbage", "newer=%00", "older=" + "A" * 5000])
def test_a_page_link_that_is_nonsense_is_refused_politely(client, root, query):
    client.force_login(root)

    assert client.get(f"{reverse('agents:audit')}?{query}").status_code == 422


@pytest.mark.parametrize("agent", ["x", "-1", "1 OR 1=1", "9" * 30, "²"])
def test_nonsense_in_the_filter_shows_everything_or_nothing(client, root, agent):
    client.force_login(root)

    assert client.get(reverse("agents:audit"), {"agent": agent}).status_code == 200


def test_what_strangers_typed_is_shown_as_text(client, root):
    record("sign_in_failed", by=None, subject="<script>alert(1)</script>@x.example", ip="192.0.2.1")
    client.force_login(root)

    page = client.get(reverse("agents:audit")).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
