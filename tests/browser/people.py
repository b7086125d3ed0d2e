"""The people of the browser tests: two agents of one team, one of another, their supervisor and an admin."""

from __future__ import annotations

from django.conf import settings

from agents.models import Team
from agents.permissions import Role
from channels.models import Mailbox
from tests.factories import make_agent, make_team


def move_in() -> None:
    """Fill an empty install with them, and with the mailbox of Support."""
    support: Team = make_team("Support")
    sales: Team = make_team("Sales")
    for name, role, teams in (
        ("Ana Holm", Role.AGENT, [support]),
        ("Bea Lund", Role.AGENT, [support]),
        ("Sam Other", Role.AGENT, [sales]),
        ("Tor Phone", Role.AGENT, [support]),
        ("Leo Chief", Role.SUPERVISOR, [support]),
        ("Root Admin", Role.ADMIN, []),
    ):
        make_agent(name, role=role, teams=teams, email=f"{name.split()[0].lower()}@desk.example")
    Mailbox.objects.create(name="Support", address=f"support@{settings.MAIL_DOMAIN}", team=support)
