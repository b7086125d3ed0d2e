"""Why a mail went where it went, in words; tickets that the reader may not see stay unnamed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from agents.actors import Actor
from tickets.models import Ticket

RULES = {
    "reply_address": _("Signed reply address"),
    "our_message_id": _("Message-ID that we signed"),
    "known_message": _("Answers a message that we know"),
    "subject_tag": _("Number in the subject"),
}
OUTCOMES = {
    "open": _("Opens a ticket"),
    "append": _("Goes on its ticket"),
    "related": _("Opens a ticket linked to the old one"),
    "hold": _("Waits for an agent"),
    "agent": _("Says what an agent answered"),
    "ignore": _("Is set aside"),
}
AUTHENTICATION = {"pass": _("vouched for"), "fail": _("forged"), "none": _("nobody vouches")}


def shown_evidence(evidence: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The stored evidence for a page."""
    candidates = [c for c in evidence.get("candidates", []) if isinstance(c, dict)]
    ids = [c["ticket_id"] for c in candidates if isinstance(c.get("ticket_id"), int)]
    seen = set(Ticket.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return {
        **evidence,
        "outcome_label": OUTCOMES.get(str(evidence.get("outcome")), evidence.get("outcome", "")),
        "authentication_label": AUTHENTICATION.get(
            str(evidence.get("authentication")), evidence.get("authentication", "")
        ),
        "candidates": [
            {
                **candidate,
                "title": candidate.get("title", "") if candidate.get("ticket_id") in seen else "",
                "visible": candidate.get("ticket_id") in seen,
                "rule_label": RULES.get(str(candidate.get("rule")), candidate.get("rule", "")),
            }
            for candidate in candidates
        ],
    }
