"""Fills the running product with the people of the browser tests: run as a process with the product's environment."""

import django

django.setup()

from django.conf import settings  # noqa: E402

from agents.models import Membership, Team  # noqa: E402
from agents.permissions import Role  # noqa: E402
from channels.models import Mailbox  # noqa: E402
from tests.factories import make_agent, make_team  # noqa: E402

if __name__ == "__main__":
    support: Team = make_team("Support")
    sales: Team = make_team("Sales")
    for name, role, teams in (
        ("Ana Holm", Role.AGENT, [support]),
        ("Bea Lund", Role.AGENT, [support]),
        ("Sam Other", Role.AGENT, [sales]),
        ("Leo Chief", Role.SUPERVISOR, [support]),
        ("Root Admin", Role.ADMIN, []),
    ):
        agent = make_agent(name, role=role, teams=teams, email=f"{name.split()[0].lower()}@desk.example")
        assert Membership.objects.filter(agent=agent).count() == len(teams)
    Mailbox.objects.create(name="Support", address=f"support@{settings.MAIL_DOMAIN}", team=support)
