"""Says why a promise was broken, as agents put it; the rows and facts of the SLA hold codes only."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

BREACH_REASONS: dict[str, str | Promise] = {
    "late_pickup": gettext_lazy("Nobody picked it up in time"),
    "workload": gettext_lazy("Too much work at once"),
    "wrong_team": gettext_lazy("Was with the wrong team first"),
    "absence": gettext_lazy("Absence or change of shift"),
    "knowledge": gettext_lazy("We lacked the knowledge"),
    "complex": gettext_lazy("The matter itself took longer"),
    "outage": gettext_lazy("Fault or outage on our side"),
    "third_party": gettext_lazy("Somebody else kept us waiting"),
    "customer": gettext_lazy("The customer kept us waiting"),
    "wrong_target": gettext_lazy("The target or the hours did not fit"),
    "other": gettext_lazy("Something else"),
}


def breached_because(code: str, note: str) -> str:
    """The rest of a sentence that begins with who said it."""
    words = {"cause": BREACH_REASONS.get(code, code), "note": note}
    if note:
        return _("named the cause of the breach: %(cause)s (%(note)s)") % words
    return _("named the cause of the breach: %(cause)s") % words
