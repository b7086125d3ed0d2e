"""The table of roles, held word by word: a change of what a role may do must be seen in a review."""

import pytest

from agents.actors import Actor
from agents.permissions import CUSTOMER_PERMISSIONS, ROLE_PERMISSIONS, Permission, Role
from helpdesk.lib.errors import Denied

LIGHT = {"ticket.read", "ticket.note", "ticket.follow"}
AGENT = LIGHT | {"ticket.open", "ticket.reply", "ticket.edit", "ticket.assign", "ticket.merge", "customer.edit"}
AGENT |= {"ticket.escalate"}
SUPERVISOR = AGENT | {"ticket.redact", "customer.merge", "views.share", "mail.console", "supervise", "reports.read"}
OPS = SUPERVISOR | {"ticket.see_all", "settings.teams", "settings.sla"}
ADMIN = OPS | {"settings.agents", "settings.fields", "settings.mailboxes", "settings.webhooks"}
ADMIN |= {"ticket.file_for_customers"}


def test_the_table_is_exactly_this():
    assert {role: {str(p) for p in granted} for role, granted in ROLE_PERMISSIONS.items()} == {
        "light_agent": LIGHT,
        "agent": AGENT,
        "supervisor": SUPERVISOR,
        "ops_manager": OPS,
        "admin": ADMIN,
    }


def test_every_role_has_a_row_and_every_permission_a_holder():
    held = frozenset().union(*ROLE_PERMISSIONS.values())

    assert set(ROLE_PERMISSIONS) == set(Role.values)
    assert set(Permission) - held == set(CUSTOMER_PERMISSIONS) == {Permission.WRITE_AS_CUSTOMER}


@pytest.mark.django_db
def test_a_disabled_agent_may_nothing(root):
    root.is_active = False

    actor = Actor.agent(root)

    assert actor.permissions == frozenset()
    with pytest.raises(Denied):
        actor.require(Permission.READ)


def test_the_page_of_roles_prints_the_table(client, otto):
    client.force_login(otto)

    page = client.get("/settings/roles/")

    rows = {row["value"]: [yes for _label, yes in row["granted"]] for row in page.context["rows"]}
    roles = list(Role.values)
    for permission in set(Permission) - CUSTOMER_PERMISSIONS:
        assert rows.pop(permission.value) == [permission in ROLE_PERMISSIONS[role] for role in roles]
    assert rows == {}
    assert all(row["label"] != row["value"] for row in page.context["rows"])
