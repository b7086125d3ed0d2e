"""The rows behind every promise about time."""

from sla.models.breach_cause import BreachCause
from sla.models.calendar import Calendar, CalendarVersion
from sla.models.clock import ClockState, LegReason, Metric, SlaAssignment, SlaClock, SlaLeg
from sla.models.escalation import ClockStep, Escalation
from sla.models.policy import SlaPolicy, SlaPolicyVersion
from sla.models.revision import SlaRevision, SlaRevisionBatch
from sla.models.track import SlaTrack

__all__ = [
    "BreachCause",
    "Calendar",
    "CalendarVersion",
    "ClockState",
    "ClockStep",
    "Escalation",
    "LegReason",
    "Metric",
    "SlaAssignment",
    "SlaClock",
    "SlaLeg",
    "SlaPolicy",
    "SlaPolicyVersion",
    "SlaRevision",
    "SlaRevisionBatch",
    "SlaTrack",
]
