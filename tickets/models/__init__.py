"""The rows of the heart: tickets, what was said, what changed, and what is owed because of it."""

from tickets.models.attachment import Attachment, Blob
from tickets.models.change import Change, Event
from tickets.models.fields import FieldDefinition
from tickets.models.message import Message
from tickets.models.outbox import OutboxEntry
from tickets.models.people import Follower, Participant
from tickets.models.tag import Tag, TicketTag
from tickets.models.ticket import Channel, Priority, Status, Ticket, TicketLink, TicketType

__all__ = [
    "Attachment",
    "Blob",
    "Change",
    "Channel",
    "Event",
    "FieldDefinition",
    "Follower",
    "Message",
    "OutboxEntry",
    "Participant",
    "Priority",
    "Status",
    "Tag",
    "Ticket",
    "TicketLink",
    "TicketTag",
    "TicketType",
]
