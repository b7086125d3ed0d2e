"""What can be done to a ticket about its promises: escalating it, answering an escalation, noting what time did."""

from sla.actions.answering import AcknowledgeEscalation, HandBackEscalation, ResolveEscalation, TakeOverEscalation
from sla.actions.breach import MarkBreached, TakeStep
from sla.actions.breach_causes import SetBreachCause
from sla.actions.escalations import Escalate
from sla.actions.insisting import ExpireEscalation, RemindOfEscalation
from sla.actions.policy import SetSlaPolicy

__all__ = [
    "AcknowledgeEscalation",
    "Escalate",
    "ExpireEscalation",
    "HandBackEscalation",
    "MarkBreached",
    "RemindOfEscalation",
    "ResolveEscalation",
    "SetBreachCause",
    "SetSlaPolicy",
    "TakeOverEscalation",
    "TakeStep",
]
