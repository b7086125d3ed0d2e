"""What people write to a bicycle shop about, and whose work that is; the words are in stories_*.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One matter: how often it comes, whose it is, what agents note about it."""

    key: str
    team: str
    weight: int
    kind: str
    tags: tuple[str, ...]
    line: str
    priority: str = "normal"
    files: tuple[str, ...] = ()
    asks_back: float = 0.35


TOPICS = (
    Topic("late_parcel", "care", 16, "question", ("delivery",), "City bikes"),
    Topic("return", "care", 12, "task", ("return",), "Parts and clothing"),
    Topic("wrong_item", "care", 8, "incident", ("wrong-item", "warehouse"), "Parts and clothing", files=("png",)),
    Topic("damaged", "care", 8, "incident", ("damage", "carrier"), "City bikes", "high", ("png",), 0.5),
    Topic("advice", "care", 9, "question", ("advice",), "Gravel and road"),
    Topic("fleet", "care", 5, "question", ("fleet", "quote"), "E-bikes", files=("csv",), asks_back=0.6),
    Topic("invoice", "billing", 10, "task", ("invoice",), "City bikes"),
    Topic("charged_twice", "billing", 7, "incident", ("payment",), "Parts and clothing", "high", ("png", "pdf"), 0.45),
    Topic("refund", "billing", 8, "question", ("refund",), "Parts and clothing"),
    Topic("plan", "billing", 7, "task", ("service-plan",), "Service plans"),
    Topic("battery", "technical", 11, "incident", ("battery", "e-bike"), "E-bikes", "normal", ("png",), 0.65),
    Topic("app", "technical", 8, "incident", ("app",), "E-bikes", "normal", ("png",), 0.6),
    Topic("brakes", "technical", 8, "question", ("brakes", "workshop"), "Gravel and road", asks_back=0.5),
)

# The two bad days: the app lost its servers, and bicycles with a digital lock stayed locked.
OUTAGE = Topic("outage", "technical", 0, "incident", ("outage", "app"), "E-bikes", "high", ("png",), 0.0)
