"""The vocabulary of the house: every verb that can change a ticket."""

from tickets.actions.base import Action, Fact
from tickets.actions.conversation import AddCustomerMessage, AddNote, AddReply
from tickets.actions.corrections import NoteDelivery, RedactMessage, WithdrawMessage
from tickets.actions.fields import SetField, SetLanguage, SetPriority, SetRequester, SetSubject, SetType
from tickets.actions.linking import LinkTo, NoteLink, Unlink
from tickets.actions.merged_people import FollowCustomerMerge
from tickets.actions.routing import AssignTo, MoveToTeam
from tickets.actions.scheduled import NoteHeldReply
from tickets.actions.status import SetStatus, Snooze, Wake
from tickets.actions.stored import load
from tickets.actions.tags import AddTag, RemoveTag
from tickets.actions.time import AddTimeSpent, CorrectTimeSpent
from tickets.actions.watching import AddParticipant, Follow, RemoveParticipant, Unfollow

__all__ = [
    "Action",
    "AddCustomerMessage",
    "AddNote",
    "AddParticipant",
    "AddReply",
    "AddTag",
    "AddTimeSpent",
    "AssignTo",
    "CorrectTimeSpent",
    "Fact",
    "Follow",
    "FollowCustomerMerge",
    "LinkTo",
    "MoveToTeam",
    "NoteDelivery",
    "NoteHeldReply",
    "NoteLink",
    "RedactMessage",
    "RemoveParticipant",
    "RemoveTag",
    "SetField",
    "SetLanguage",
    "SetPriority",
    "SetRequester",
    "SetStatus",
    "SetSubject",
    "SetType",
    "Snooze",
    "Unfollow",
    "Unlink",
    "Wake",
    "WithdrawMessage",
    "load",
]
