"""The rows behind every promise about time."""

from sla.models.calendar import Calendar, CalendarVersion
from sla.models.clock import ClockState, LegReason, Metric, SlaAssignment, SlaClock, SlaLeg
from sla.models.escalation import ClockStep, Escalation
from sla.models.policy import SlaPolicy, SlaPolicyVersion

__all__ = [
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
]
