"""The canned texts of the demo: a few that everybody uses, and one of a team."""

from __future__ import annotations

from agents.models import Team
from tickets.models import CannedText

SHARED = (
    (
        "Thanks for the patience",
        "patience",
        "Hello {{ requester.first_name | there }},\n\nthank you for your patience.",
    ),
    (
        "Ask for a picture",
        "picture",
        "Hello {{ requester.first_name | there }},\n\ncould you send us a picture? Answer to this mail and attach it.",
    ),
    (
        "Refund is on its way",
        "refund",
        "Hello {{ requester.first_name | there }},\n\nwe have refunded the amount. It reaches your account within "
        "**5 working days**.\n\nBest regards,\n{{ agent.first_name }}",
    ),
    (
        "Tak for din tålmodighed",
        "tak",
        "Hej {{ requester.first_name | igen }},\n\ntak for din tålmodighed. Vi vender tilbage i dag.\n\n"
        "Venlig hilsen\n{{ agent.first_name }}",
    ),
    ("Closing for now", "close", "We close #{{ ticket.number }} for now. An answer to this mail opens it again."),
)


def write_texts() -> int:
    """How many there are."""
    for title, shortcut, body in SHARED:
        CannedText.objects.get_or_create(title=title, owner=None, defaults={"shortcut": shortcut, "body": body})
    team = Team.objects.active().order_by("pk").first()
    if team is not None:
        body = "Passing this to {{ team.name }}: product line {{ field.product_line | unknown }}."
        CannedText.objects.get_or_create(title="Hand over", team=team, defaults={"shortcut": "hand", "body": body})
    return CannedText.objects.count()
