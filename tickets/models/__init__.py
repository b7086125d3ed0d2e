"""The rows of the heart: tickets, what was said, what changed, and what is owed because of it."""

from tickets.models.attachment import Attachment, Blob
from tickets.models.bulk import BulkItem, BulkJob
from tickets.models.canned import CannedText
from tickets.models.change import Change, Event
from tickets.models.draft import Draft
from tickets.models.feed import FeedEnd
from tickets.models.fields import FieldDefinition
from tickets.models.merge import Merge, Split
from tickets.models.message import Message
from tickets.models.outbox import OutboxEntry
from tickets.models.people import Follower, Participant
from tickets.models.reading import Doing, Presence, TicketRead
from tickets.models.saved_view import ListLook, SavedView
from tickets.models.scheduled import ScheduledReply
from tickets.models.search import SearchDebt, SearchDocument, SearchProgress
from tickets.models.tag import Tag, TicketTag
from tickets.models.ticket import Channel, Priority, Status, Ticket, TicketLink, TicketType
from tickets.models.time import TimeEntry

__all__ = [
    "Attachment",
    "Blob",
    "BulkItem",
    "BulkJob",
    "CannedText",
    "Change",
    "Channel",
    "Doing",
    "Draft",
    "Event",
    "FeedEnd",
    "FieldDefinition",
    "Follower",
    "ListLook",
    "Merge",
    "Message",
    "OutboxEntry",
    "Participant",
    "Presence",
    "Priority",
    "SavedView",
    "ScheduledReply",
    "SearchDebt",
    "SearchDocument",
    "SearchProgress",
    "Split",
    "Status",
    "Tag",
    "Ticket",
    "TicketLink",
    "TicketRead",
    "TicketTag",
    "TicketType",
    "TimeEntry",
]
