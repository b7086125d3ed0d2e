"""Says what an Event means, in the reader's language; the rows hold facts only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.wording import language
from helpdesk.lib.moments import day_and_time
from tickets import promise_words
from tickets.breach_reasons import breached_because
from tickets.delivery_reasons import not_delivered_because
from tickets.held_reasons import held_because
from tickets.models import Priority, Status, TicketLink, TicketType

if TYPE_CHECKING:
    from tickets.models import Change, Event

Data = dict[str, Any]

_PRIORITIES = {item.slug: item for item in Priority}


def phrase(event: Event) -> str:
    """What was done, as the rest of a sentence that begins with who did it; "" for facts that show otherwise."""
    say = _PHRASES.get(event.kind)
    return say(event.data) if say else ""


def known_kinds() -> list[str]:
    """Every kind of Event that there is, by name."""
    return sorted(_PHRASES)


def author(change: Change) -> str:
    """Who did it: a name, or the part of the house that acted by itself."""
    if change.actor_kind == "system":
        return _SYSTEM.get(change.actor_name, lambda: change.actor_name)()
    if change.actor_kind == "service":
        return _("%(name)s (API)") % {"name": change.actor_name}
    return change.actor_name


def _status(data: Data) -> str:
    if data.get("reason") in {"merged", "merge_undone"} and Status.CLOSED in {data["from"], data["to"]}:
        return ""  # the merge says so itself
    to = Status(data["to"]).label
    if data.get("reason") == "customer_reply":
        return _("reopened the ticket by answering")
    return _("changed the state from %(from)s to %(to)s") % {"from": Status(data["from"]).label, "to": to}


def _priority(data: Data) -> str:
    before, after = _PRIORITIES[data["from"]], _PRIORITIES[data["to"]]
    words = {"from": before.label, "to": after.label}
    if after > before:
        return _("raised the priority from %(from)s to %(to)s") % words
    return _("lowered the priority from %(from)s to %(to)s") % words


def _assignee(data: Data) -> str:
    if data["to"]:
        return "; ".join([_assigned(data), *_routed(data)])
    name = data["from"]["name"] if data["from"] else ""
    if data.get("reason") == "not_in_team":
        return _("took the ticket from %(name)s, who is not in that team") % {"name": name}
    return _("took the ticket from %(name)s") % {"name": name}


def _assigned(data: Data) -> str:
    name = {"name": data["to"]["name"]}
    if data.get("reason") == "round_robin":
        return _("assigned the ticket to %(name)s, whose turn it was") % name
    if data.get("reason") == "least_loaded":
        return _("assigned the ticket to %(name)s, who had the fewest open tickets") % name
    return _("assigned the ticket to %(name)s") % name


def _routed(data: Data) -> list[str]:
    """How much the agent had then, and for what skills the ticket asked."""
    if "load" not in data:
        return []
    said = ngettext("%(load)d open ticket", "%(load)d open tickets", data["load"]) % data
    if data.get("capacity") is not None:
        said = _("%(load)d of at most %(capacity)d open tickets") % data
    words = [said]
    asked = [*([language(data["language"])] if data.get("language") else []), *data.get("tags", ())]
    if asked:
        words.append(_("asked for %(skills)s") % {"skills": ", ".join(asked)})
    return words


def _team(data: Data) -> str:
    if data["to"]:
        return _("moved the ticket to %(team)s") % {"team": data["to"]["name"]}
    return _("took the ticket out of %(team)s") % {"team": data["from"]["name"]}


def _type(data: Data) -> str:
    return _("changed the type to %(type)s") % {"type": TicketType(data["to"]).label}


def _language(data: Data) -> str:
    if not data["to"]:
        return _("removed the language")
    return _("set the language to %(language)s") % {"language": data["to"]}


def _subject(data: Data) -> str:
    return _("changed the subject from “%(from)s” to “%(to)s”") % data


def _merged(data: Data) -> str:
    return _("put %(name)s in the place of %(before)s, since they are one person") % {
        "name": data["to"]["name"],
        "before": data["from"]["name"],
    }


def _requester(data: Data) -> str:
    return _("made %(name)s the requester instead of %(before)s") % {
        "name": data["to"]["name"],
        "before": data["from"]["name"],
    }


def _field(data: Data) -> str:
    if data["to"] is None:
        return _("emptied %(field)s") % {"field": data["label"]}
    return _("set %(field)s to %(value)s") % {"field": data["label"], "value": _value(data["to"])}


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _snoozed(data: Data) -> str:
    until = parse_datetime(data["until"])
    shown = day_and_time(until) if until else ""
    return _("snoozed the ticket until %(moment)s") % {"moment": shown}


# By kind: what the ticket at the near end is to the one at the far end, and the other way round.
_LINKED: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    TicketLink.Kind.RELATED: (
        lambda: _("linked #%(number)s as related"),
        lambda: _("linked #%(number)s as related"),
    ),
    TicketLink.Kind.PARENT: (
        lambda: _("made this ticket the parent of #%(number)s"),
        lambda: _("made #%(number)s the parent of this ticket"),
    ),
    TicketLink.Kind.DUPLICATE: (
        lambda: _("made this ticket a duplicate of #%(number)s"),
        lambda: _("made #%(number)s a duplicate of this ticket"),
    ),
    TicketLink.Kind.FOLLOW_UP: (
        lambda: _("made this ticket a follow-up of #%(number)s"),
        lambda: _("made #%(number)s a follow-up of this ticket"),
    ),
}


def _link(data: Data) -> str:
    say = _LINKED[data["kind"]][bool(data.get("from_far_side"))]
    return say() % {"number": data["ticket"]}


def _merged_in(data: Data) -> str:
    words = ngettext(
        "merged #%(ticket)s “%(subject)s” into this ticket, with %(messages)d message",
        "merged #%(ticket)s “%(subject)s” into this ticket, with %(messages)d messages",
        data["messages"],
    )
    return words % data


def _merge_undone(data: Data) -> str:
    if data.get("from_far_side"):
        return _("undid the merge into #%(ticket)s") % data
    words = [_("undid the merge of #%(ticket)s") % data]
    if data["stayed"]:
        stay = ngettext(
            "%(stayed)d message that was written here since stays here",
            "%(stayed)d messages that were written here since stay here",
            data["stayed"],
        )
        words.append(stay % data)
    return "; ".join(words)


def _split_off(data: Data) -> str:
    words = ngettext(
        "split %(messages)d message off into #%(ticket)s “%(subject)s”",
        "split %(messages)d messages off into #%(ticket)s “%(subject)s”",
        data["messages"],
    )
    return words % data


def _minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    return _("%(hours)d h %(rest)02d min") % {"hours": hours, "rest": rest}


def _time_corrected(data: Data) -> str:
    if not data["to"]:
        return _("took back %(time)s of time spent") % {"time": _minutes(data["from"])}
    return _("corrected time spent from %(from)s to %(to)s") % {
        "from": _minutes(data["from"]),
        "to": _minutes(data["to"]),
    }


def _message(data: Data) -> str:
    return _("said thanks, so the ticket stays solved") if data.get("thanks") else ""


def _reply_held(data: Data) -> str:
    words = {"name": data["agent"]["name"], "why": held_because(data["reason"])}
    return _("kept back a planned reply of %(name)s: %(why)s") % words


def _delivery_failed(data: Data) -> str:
    words = {"address": data["address"], "reason": not_delivered_because(data["reason"])}
    return _("could not deliver the reply to %(address)s: %(reason)s") % words


def _bounced(data: Data) -> str:
    return _("reports that the mail to %(address)s came back: %(reason)s") % data


_PHRASES: dict[str, Callable[[Data], str]] = {
    "opened": lambda d: _("opened the ticket"),
    "message_added": _message,
    "message_withdrawn": lambda d: _("took back a reply before it was sent"),
    "message_redacted": lambda d: _("removed the words of a message"),
    "status_changed": _status,
    "priority_changed": _priority,
    "assignee_changed": _assignee,
    "team_changed": _team,
    "type_changed": _type,
    "language_changed": _language,
    "subject_changed": _subject,
    "requester_changed": _requester,
    "requester_merged": _merged,
    "participant_merged": _merged,
    "field_changed": _field,
    "tag_added": lambda d: _("added the tag %(tag)s") % d,
    "macro_applied": lambda d: _("applied the macro “%(name)s”") % d["macro"],
    "tag_removed": lambda d: _("removed the tag %(tag)s") % d,
    "follower_added": lambda d: _("added %(name)s as a follower") % d["agent"],
    "follower_removed": lambda d: _("removed %(name)s from the followers") % d["agent"],
    "participant_added": lambda d: _("copied %(name)s in") % d["customer"],
    "participant_removed": lambda d: _("removed %(name)s from the copies") % d["customer"],
    "snoozed": _snoozed,
    "woken": lambda d: _("woke the ticket"),
    "link_added": _link,
    "link_removed": lambda d: _("removed the link to #%(ticket)s") % d,
    "reply_held": _reply_held,
    "merged_into": lambda d: _("merged this ticket into #%(ticket)s “%(subject)s”") % d,
    "merged_in": _merged_in,
    "merge_undone": _merge_undone,
    "split_from": lambda d: _("split this ticket off #%(ticket)s") % d,
    "split_off": _split_off,
    "split_undone": lambda d: _("undid the split of #%(ticket)s") % d,
    "breach_cause_set": lambda d: breached_because(d["to"], d["note"]),
    "time_added": lambda d: _("spent %(time)s") % {"time": _minutes(d["minutes"])},
    "time_corrected": _time_corrected,
    "delivery_failed": _delivery_failed,
    "delivery_bounced": _bounced,
    **promise_words.PHRASES,
}

_SYSTEM: dict[str, Callable[[], str]] = {
    "auto-close": lambda: _("Automatic closing"),
    "snooze": lambda: _("Snooze"),
    "left-team": lambda: _("Leaving a team"),
    "scheduled-reply": lambda: _("Scheduled sending"),
    "mail": lambda: _("Mail delivery"),
    "routing": lambda: _("Routing"),
    "sla": lambda: _("SLA clocks"),
    "surveys": lambda: _("Satisfaction survey"),
    "intake": lambda: _("Filing"),
    "customer-merge": lambda: _("Merging of customers"),
}
