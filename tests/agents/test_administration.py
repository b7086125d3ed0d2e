"""What admins may do to accounts, what nobody may, and that it holds at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse

from agents import administration
from agents.actors import Actor
from agents.models import Agent
from agents.permissions import Role
from agents.records import AccountMail, AgentAudit
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from tests.agents.doors import give_two_factor, has_totp, is_signed_in, sign_in, signed_in
from tests.factories import make_agent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_throttles(db):
    cache.clear()


@pytest.fixture
def as_root(root):
    return Actor.agent(root)


def post(client, agent, **changes):
    data = {"name": agent.name, "email": agent.email, "role": agent.role, "teams": [t.pk for t in agent.teams.all()]}
    return client.post(reverse("agents:agent", args=[agent.pk]), {**data, **changes})


def test_an_admin_invites_an_agent(client, root, billing):
    client.force_login(root)

    response = client.post(
        reverse("agents:invite"),
        {"name": "Nia", "email": "NIA@desk.example", "role": "supervisor", "teams": [billing.pk]},
    )

    assert response["Location"] == reverse("agents:agents")
    nia = Agent.objects.get(email="nia@desk.example")
    assert (nia.role, nia.is_invited, list(nia.teams.all())) == ("supervisor", True, [billing])
    assert AccountMail.objects.get().kind == "invitation"
    kinds = list(AgentAudit.objects.order_by("pk").values_list("kind", "actor_id", "agent_id"))
    assert kinds == [("agent_invited", root.pk, nia.pk), ("member_added", root.pk, nia.pk)]


def test_an_address_is_used_once_in_any_case(client, root, ana):
    client.force_login(root)

    response = client.post(reverse("agents:invite"), {"name": "Second", "email": "Ana@DESK.example", "role": "agent"})

    assert response.status_code == 422
    assert "Another agent signs in with this address." in response.content.decode()
    assert Agent.objects.count() == 2
    assert AccountMail.objects.count() == AgentAudit.objects.count() == 0


def test_a_new_role_counts_at_once_and_ends_the_sessions(root, leo, as_root):
    """E12, F03"""
    leos = signed_in(leo)
    held = Actor.agent(leo)

    administration.edit_agent(leo.pk, by=as_root, role="light_agent", teams=leo.teams.all())

    assert not is_signed_in(leos)
    assert UserSession.objects.filter(user=leo).count() == 0
    leo.refresh_from_db()
    assert Actor.agent(leo).permissions < held.permissions
    entry = AgentAudit.objects.get(kind="role_changed")
    assert entry.data == {"from": "supervisor", "to": "light_agent"}


def test_disabling_ends_the_sessions_at_once_and_closes_the_sign_in(client, root, ana):
    """E12"""
    anas = signed_in(ana)
    client.force_login(root)

    client.post(reverse("agents:disable", args=[ana.pk]))

    assert not is_signed_in(anas)
    sign_in(anas, ana)
    assert not is_signed_in(anas)


def test_even_without_the_session_rows_gone_a_disabled_agent_is_nobody(ana):
    """E12: not a matter of cleaning up."""
    anas = signed_in(ana)
    Agent.objects.filter(pk=ana.pk).update(is_active=False)

    assert not is_signed_in(anas)


def test_enabling_does_not_revive_old_sessions(ana, as_root):
    anas = signed_in(ana)
    administration.disable_agent(ana.pk, by=as_root)

    administration.enable_agent(ana.pk, by=as_root)

    assert not is_signed_in(anas)
    sign_in(anas, ana)
    assert is_signed_in(anas)


def test_a_session_that_is_saved_late_does_not_come_back(ana, as_root):
    """E12: a request that was running while the admin ended the sessions writes its session row again."""
    anas = signed_in(ana)
    session = anas.session
    administration.end_sessions_of(ana.pk, by=as_root)

    session.save(must_create=False) if session.exists(session.session_key) else session.save(must_create=True)

    assert not is_signed_in(anas)


def test_taking_the_second_factor_away_ends_the_sessions_and_is_told(ana, as_root):
    give_two_factor(ana)

    administration.reset_two_factor(ana.pk, by=as_root)

    assert not has_totp(ana)
    assert AccountMail.objects.get(agent=ana).kind == "two_factor_reset"
    assert AgentAudit.objects.get(kind="two_factor_reset").actor_id == as_root.id


def test_an_invitation_is_repeated_only_while_it_is_open(ana, as_root):
    new = administration.invite_agent(by=as_root, email="nia@desk.example", name="Nia", role="agent")
    administration.repeat_invitation(new.pk, by=as_root)
    assert AccountMail.objects.filter(agent=new).count() == 2

    with pytest.raises(HelpdeskError) as refused:
        administration.repeat_invitation(ana.pk, by=as_root)

    assert refused.value.code == "not_invited"
    assert AccountMail.objects.filter(agent=ana).count() == 0


def test_nobody_changes_their_own_role_or_disables_themselves(root, as_root):
    make_agent("Second admin", role=Role.ADMIN)
    for act, code in (
        (lambda: administration.edit_agent(root.pk, by=as_root, role="agent", teams=[]), "own_role"),
        (lambda: administration.disable_agent(root.pk, by=as_root), "own_account"),
        (lambda: administration.reset_two_factor(root.pk, by=as_root), "own_factor"),
    ):
        with pytest.raises(HelpdeskError) as refused:
            act()
        assert refused.value.code == code
    root.refresh_from_db()
    assert (root.role, root.is_active) == ("admin", True)
    assert AgentAudit.objects.count() == 0


def test_the_last_admin_stays(root):
    by = Actor.system("command line")
    for act in (
        lambda: administration.edit_agent(root.pk, by=by, role="agent", teams=[]),
        lambda: administration.disable_agent(root.pk, by=by),
    ):
        with pytest.raises(HelpdeskError) as refused:
            act()
        assert refused.value.code == "last_admin"
    root.refresh_from_db()
    assert (root.role, root.is_active) == ("admin", True)


def test_a_disabled_admin_does_not_count_as_another_one(root):
    spare = make_agent("Spare", role=Role.ADMIN)
    Agent.objects.filter(pk=spare.pk).update(is_active=False)

    with pytest.raises(HelpdeskError) as refused:
        administration.disable_agent(root.pk, by=Actor.system("command line"))

    assert refused.value.code == "last_admin"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["demote", "disable"])
def test_two_admins_who_remove_each_other_leave_one(act):
    """E12 and L: both pass the check before either writes, unless they take turns."""
    admins = [make_agent(name, role=Role.ADMIN) for name in ("Root", "Ruth")]
    actors = [Actor.agent(admin) for admin in admins]
    barrier = threading.Barrier(2)

    def remove(index):
        other = admins[1 - index].pk
        try:
            barrier.wait(5)
            if act == "demote":
                administration.edit_agent(other, by=actors[index], role="agent", teams=[])
            else:
                administration.disable_agent(other, by=actors[index])
            return "done"
        except HelpdeskError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pair:
        outcomes = sorted(pair.map(remove, range(2)))

    assert outcomes == ["denied", "done"]
    assert Agent.objects.active_admins().count() == 1


def test_an_admin_demoted_a_moment_ago_does_nothing_more(root, ana, as_root):
    """The actor was resolved when the request began."""
    make_agent("Second admin", role=Role.ADMIN)
    Agent.objects.filter(pk=root.pk).update(role="agent")

    with pytest.raises(Denied):
        administration.disable_agent(ana.pk, by=as_root)

    ana.refresh_from_db()
    assert ana.is_active


@pytest.mark.parametrize("who", ["lou", "ana", "leo", "otto"])
def test_only_admins_administer(who, request, mia):
    by = Actor.agent(request.getfixturevalue(who))
    for act in (administration.disable_agent, administration.enable_agent, administration.reset_two_factor,
                administration.end_sessions_of, administration.repeat_invitation):  # fmt: skip
        with pytest.raises(Denied):
            act(mia.pk, by=by)
    with pytest.raises(Denied):
        administration.edit_agent(mia.pk, by=by, role="admin", teams=[])
    with pytest.raises(Denied):
        administration.invite_agent(by=by, email="x@desk.example", name="X", role="admin")
    mia.refresh_from_db()
    assert (mia.is_active, mia.role, Agent.objects.filter(name="X").count()) == (True, "agent", 0)
    assert AgentAudit.objects.count() == 0


def test_what_does_not_exist_is_not_visible(as_root):
    with pytest.raises(NotVisible):
        administration.disable_agent(987654, by=as_root)


EXTRA = {
    "is_active": "0", "is_staff": "1", "is_superuser": "1", "password": "x", "session_epoch": "9", "link_epoch": "9",
    "id": "1", "pk": "1", "created_at": "2001-01-01", "last_login": "2001-01-01", "availability": "online",
}  # fmt: skip


@pytest.mark.parametrize("who", ["lou", "ana", "leo", "otto", "root"])
def test_the_profile_form_changes_nothing_but_the_profile(who, request, billing):
    """E09: role, address and duties are not one's own to write, whatever the form carries."""
    agent = request.getfixturevalue(who)
    client = Client()
    client.force_login(agent)
    before = Agent.objects.values().get(pk=agent.pk)

    response = client.post(
        reverse("agents:profile"),
        {"name": "New name", "language": "en", "time_zone": "Europe/Warsaw", "theme": "dark", "signature": "Best",
         "role": "admin", "email": "evil@example.com", "two_factor_required": "", "teams": [billing.pk], **EXTRA},
    )  # fmt: skip

    assert response.status_code == 302
    own = {"name": "New name", "time_zone": "Europe/Warsaw", "theme": "dark", "signature": "Best"}
    assert Agent.objects.values().get(pk=agent.pk) == {**before, **own}
    assert Agent.objects.get(pk=agent.pk).memberships.count() == (0 if who in ("otto", "root") else 1)


def test_the_form_for_an_agent_changes_only_its_own_fields(client, root, ana):
    """E09"""
    client.force_login(root)
    before = Agent.objects.values().get(pk=ana.pk)

    post(client, ana, name="Ana B", **EXTRA)

    assert Agent.objects.values().get(pk=ana.pk) == {**before, "name": "Ana B"}


def test_an_admin_cannot_raise_or_drop_the_own_role_by_the_form(client, root):
    """E09"""
    make_agent("Second admin", role=Role.ADMIN)
    client.force_login(root)

    post(client, root, role="light_agent")

    root.refresh_from_db()
    assert root.role == "admin"


@pytest.mark.parametrize("role", ["owner", "", "ADMIN", "admin\x00"])
def test_a_role_that_does_not_exist_is_refused(client, root, ana, role):
    client.force_login(root)

    assert post(client, ana, role=role).status_code == 422
    ana.refresh_from_db()
    assert ana.role == "agent"


def test_saving_what_did_not_change_leaves_no_trace(client, root, ana):
    client.force_login(root)

    post(client, ana)

    assert AgentAudit.objects.count() == 0


def test_a_colliding_address_is_refused_and_everything_else_kept(client, root, ana, mia):
    client.force_login(root)

    response = post(client, ana, email=mia.email, role="admin", name="Nobody")

    assert response.status_code == 422
    ana.refresh_from_db()
    assert (ana.email, ana.role, ana.name) == ("ana@desk.example", "agent", "Ana")
    assert AgentAudit.objects.count() == 0
