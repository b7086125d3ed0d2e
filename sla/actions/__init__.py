"""The verbs of promises about time."""

from sla.actions.breach_causes import SetBreachCause

__all__ = ["SetBreachCause"]
