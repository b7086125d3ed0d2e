"""Writes down who did what to an account, a team or a setting, and tells it again in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.actors import Actor
from agents.models import Agent, Team
from agents.permissions import Role
from agents.records import AgentAudit

# Every kind that is ever written, with its sentence.
SENTENCES: dict[str, str | Promise] = {
    "signed_in": gettext_lazy("%(actor)s signed in"),
    "sign_in_failed": gettext_lazy("A sign-in as %(subject)s failed"),
    "two_factor_failed": gettext_lazy("A second factor of %(subject)s was wrong"),
    "signed_out": gettext_lazy("%(actor)s signed out"),
    "password_changed": gettext_lazy("%(actor)s changed their password"),
    "password_set": gettext_lazy("%(subject)s set a password by a mailed link"),
    "reset_asked": gettext_lazy("A password reset was asked for %(subject)s"),
    "two_factor_added": gettext_lazy("%(actor)s switched two-factor sign-in on"),
    "two_factor_removed": gettext_lazy("%(actor)s switched two-factor sign-in off"),
    "two_factor_reset": gettext_lazy("%(actor)s took the second factor of %(subject)s away"),
    "recovery_codes_made": gettext_lazy("%(actor)s made new recovery codes"),
    "agent_invited": gettext_lazy("%(actor)s invited %(subject)s as %(role)s"),
    "invitation_repeated": gettext_lazy("%(actor)s sent %(subject)s the invitation again"),
    "admin_created": gettext_lazy("%(subject)s was made an admin on the command line"),
    "agent_edited": gettext_lazy("%(actor)s changed %(subject)s: %(changes)s"),
    "role_changed": gettext_lazy("%(actor)s changed the role of %(subject)s from %(from)s to %(to)s"),
    "agent_disabled": gettext_lazy("%(actor)s disabled %(subject)s"),
    "agent_enabled": gettext_lazy("%(actor)s enabled %(subject)s"),
    "sessions_ended": gettext_lazy("%(actor)s ended all sessions of %(subject)s"),
    "session_ended": gettext_lazy("%(actor)s ended one of their sessions"),
    "team_made": gettext_lazy("%(actor)s made the team %(subject)s"),
    "team_edited": gettext_lazy("%(actor)s changed the team %(subject)s: %(changes)s"),
    "team_archived": gettext_lazy("%(actor)s archived the team %(subject)s"),
    "team_unarchived": gettext_lazy("%(actor)s took the team %(subject)s back into use"),
    "member_added": gettext_lazy("%(actor)s added %(agent)s to the team %(subject)s"),
    "member_removed": gettext_lazy("%(actor)s removed %(agent)s from the team %(subject)s"),
    "field_made": gettext_lazy("%(actor)s made the custom field %(subject)s"),
    "field_edited": gettext_lazy("%(actor)s changed the custom field %(subject)s: %(changes)s"),
    "calendar_made": gettext_lazy("%(actor)s made the calendar %(subject)s"),
    "calendar_renamed": gettext_lazy("%(actor)s renamed the calendar %(from)s to %(subject)s"),
    "calendar_archived": gettext_lazy("%(actor)s archived the calendar %(subject)s"),
    "calendar_unarchived": gettext_lazy("%(actor)s took the calendar %(subject)s back into use"),
    "calendar_edited": gettext_lazy("%(actor)s changed the opening hours of the calendar %(subject)s"),
    "routing_edited": gettext_lazy("%(actor)s changed how the team %(subject)s hands out its tickets: %(changes)s"),
    "work_edited": gettext_lazy("%(actor)s changed what %(subject)s takes on: %(changes)s"),
    "sla_policy_made": gettext_lazy("%(actor)s made the SLA policy %(subject)s"),
    "sla_policy_edited": gettext_lazy("%(actor)s changed the SLA policy %(subject)s: %(changes)s"),
    "sla_policies_ordered": gettext_lazy("%(actor)s put the SLA policies into another order"),
    "token_made": gettext_lazy("%(actor)s made the API token %(subject)s"),
    "token_revoked": gettext_lazy("%(actor)s revoked the API token %(subject)s"),
    "service_made": gettext_lazy("%(actor)s made the integration %(subject)s with the role %(role)s"),
    "service_edited": gettext_lazy("%(actor)s changed the integration %(subject)s: %(changes)s"),
    "service_ended": gettext_lazy("%(actor)s ended the integration %(subject)s and all of its tokens"),
    "service_token_made": gettext_lazy("%(actor)s made an API token for the integration %(subject)s"),
    "service_token_revoked": gettext_lazy("%(actor)s revoked an API token of the integration %(subject)s"),
    "webhook_made": gettext_lazy("%(actor)s made the webhook %(subject)s"),
    "webhook_edited": gettext_lazy("%(actor)s changed the webhook %(subject)s: %(changes)s"),
    "webhook_removed": gettext_lazy("%(actor)s removed the webhook %(subject)s"),
    "webhook_switched_on": gettext_lazy("%(actor)s switched the webhook %(subject)s on"),
    "webhook_switched_off": gettext_lazy("%(actor)s switched the webhook %(subject)s off"),
    "webhook_stopped": gettext_lazy("The webhook %(subject)s was switched off by the house"),
    "webhook_secret_made": gettext_lazy("%(actor)s made a new secret for the webhook %(subject)s"),
    "mailbox_made": gettext_lazy("%(actor)s made the mailbox %(subject)s"),
    "mailbox_edited": gettext_lazy("%(actor)s changed the mailbox %(subject)s: %(changes)s"),
    "chat_channel_made": gettext_lazy("%(actor)s made the chat channel %(subject)s"),
    "chat_channel_edited": gettext_lazy("%(actor)s changed the chat channel %(subject)s: %(changes)s"),
    "chat_channel_removed": gettext_lazy("%(actor)s removed the chat channel %(subject)s"),
    "canned_made": gettext_lazy("%(actor)s made the shared text %(subject)s"),
    "canned_edited": gettext_lazy("%(actor)s changed the shared text %(subject)s: %(changes)s"),
    "canned_removed": gettext_lazy("%(actor)s deleted the shared text %(subject)s"),
    "macro_made": gettext_lazy("%(actor)s made the shared macro %(subject)s"),
    "macro_edited": gettext_lazy("%(actor)s changed the shared macro %(subject)s: %(changes)s"),
    "macro_removed": gettext_lazy("%(actor)s deleted the shared macro %(subject)s"),
    "macros_ordered": gettext_lazy("%(actor)s put the shared macros into another order"),
    "view_made": gettext_lazy("%(actor)s made the shared view %(subject)s"),
    "view_edited": gettext_lazy("%(actor)s changed the shared view %(subject)s: %(changes)s"),
    "view_removed": gettext_lazy("%(actor)s removed the shared view %(subject)s"),
    "surveys_edited": gettext_lazy("%(actor)s changed the settings of satisfaction surveys"),
    "survey_text_edited": gettext_lazy("%(actor)s changed the words of satisfaction surveys in %(subject)s"),
    "target_set": gettext_lazy("%(actor)s set the target of the report figure “%(changes)s”"),
    "team_target_set": gettext_lazy(
        "%(actor)s set the target of the report figure “%(changes)s” for the team %(subject)s"
    ),
    "target_ended": gettext_lazy("%(actor)s ended the target of the report figure “%(changes)s”"),
    "team_target_ended": gettext_lazy(
        "%(actor)s ended the target of the report figure “%(changes)s” for the team %(subject)s"
    ),
    "report_scheduled": gettext_lazy("%(actor)s made the scheduled report %(subject)s"),
    "report_schedule_edited": gettext_lazy("%(actor)s changed the scheduled report %(subject)s"),
    "report_schedule_removed": gettext_lazy("%(actor)s removed the scheduled report %(subject)s"),
    "lead_set": gettext_lazy("%(actor)s made %(agent)s a lead of the team %(subject)s"),
    "lead_unset": gettext_lazy("%(actor)s made %(agent)s a plain member of the team %(subject)s"),
}


def record(
    kind: str,
    *,
    by: Actor | None,
    agent: Agent | None = None,
    team: Team | None = None,
    subject: str = "",
    data: dict[str, Any] | None = None,
    ip: str | None = None,
) -> None:
    """Add one entry in the caller's transaction. `by=None` means somebody who is not signed in."""
    if kind not in SENTENCES:
        raise KeyError(f"No sentence for the audit kind {kind!r}: add it to agents.audit.SENTENCES.")
    AgentAudit.objects.create(
        kind=kind,
        actor_kind=by.kind if by else "stranger",
        actor_id=by.account_id if by else None,
        actor_name=by.name if by else "",
        agent=agent,
        team=team,
        subject=(subject or (team.name if team else "") or (agent.name if agent else ""))[:254],
        data=data or {},
        ip=ip,
    )


def altered(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of what differs, in the order of `after`: the `fields` of an entry about an edit."""
    return [name for name, value in after.items() if before[name] != value]


def record_shared(
    thing: str, subject: str, *, by: Actor, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> None:
    """Tell of what others see, or saw until now; what one keeps for oneself is nobody else's business.

    `before` and `after` are its settings, None where there was or is nothing. Under "sharing" they say with whom; None
    is with nobody.
    """
    was, now_is = (before or {}).get("sharing"), (after or {}).get("sharing")
    if before is None or after is None:
        if was or now_is:
            record(f"{thing}_made" if before is None else f"{thing}_removed", by=by, subject=subject)
    elif (was or now_is) and (fields := altered(before, after)):
        record(f"{thing}_edited", by=by, subject=subject, data={"fields": fields})


def fields_in_words(names: Iterable[str]) -> str:
    return ", ".join(str(FIELDS.get(name, name)) for name in names)


def phrase(entry: AgentAudit) -> str:
    """The sentence for one entry; an unknown kind (of a newer version) is shown by its name."""
    sentence = SENTENCES.get(entry.kind)
    if sentence is None:
        return entry.kind
    words = {"role": "", "from": "", "to": "", "agent": ""}
    words |= {key: _role(value) for key, value in entry.data.items() if key in words}
    words["changes"] = fields_in_words(entry.data.get("fields", ()))
    words["actor"] = entry.actor_name or _("Somebody")
    words["subject"] = entry.subject
    return str(sentence) % words


# Apps above add their own words when they start (reports/apps.py).
FIELDS: dict[str, str | Promise] = {
    "name": gettext_lazy("name"),
    "email": gettext_lazy("email address"),
    "role": gettext_lazy("role"),
    "teams": gettext_lazy("teams"),
    "files_for_customers": gettext_lazy("whether it may write in the name of customers"),
    "slug": gettext_lazy("short name"),
    "description": gettext_lazy("description"),
    "two_factor_required": gettext_lazy("two-factor duty"),
    "label": gettext_lazy("label"),
    "choices": gettext_lazy("choices"),
    "position": gettext_lazy("place in the list"),
    "required_to_solve": gettext_lazy("needed before solving"),
    "active": gettext_lazy("shown or not"),
    "conditions": gettext_lazy("conditions"),
    "opening_hours": gettext_lazy("opening hours"),
    "targets": gettext_lazy("targets"),
    "wall_clock": gettext_lazy("which targets run day and night"),
    "pauses": gettext_lazy("when the clocks stand still"),
    "ladder": gettext_lazy("escalation ladder"),
    "mode": gettext_lazy("who is chosen"),
    "calendar": gettext_lazy("working hours"),
    "capacity": gettext_lazy("how many tickets"),
    "languages": gettext_lazy("languages"),
    "tags": gettext_lazy("tags"),
    "url": gettext_lazy("address"),
    "kinds": gettext_lazy("events"),
    "query": gettext_lazy("which tickets"),
    "program": gettext_lazy("program"),
    "with_words": gettext_lazy("whether subjects are shown"),
    "in_use": gettext_lazy("in use or not"),
    "title": gettext_lazy("title"),
    "shortcut": gettext_lazy("shortcut"),
    "body": gettext_lazy("text"),
    "kind": gettext_lazy("reply or note"),
    "steps": gettext_lazy("steps"),
    "sharing": gettext_lazy("with whom it is shared"),
    "sort": gettext_lazy("order"),
    "columns": gettext_lazy("columns"),
    "mailbox_name": gettext_lazy("name"),
    "mailbox_address": gettext_lazy("address"),
    "mailbox_aliases": gettext_lazy("further addresses"),
    "mailbox_team_id": gettext_lazy("team"),
    "mailbox_language": gettext_lazy("language"),
    "mailbox_signature": gettext_lazy("signature"),
    "mailbox_acknowledges": gettext_lazy("whether new tickets are acknowledged"),
    "mailbox_active": gettext_lazy("in use or not"),
    "mailbox_imap_host": gettext_lazy("IMAP server"),
    "mailbox_imap_port": gettext_lazy("IMAP port"),
    "mailbox_imap_security": gettext_lazy("IMAP security"),
    "mailbox_imap_user": gettext_lazy("IMAP user"),
    "mailbox_imap_folder": gettext_lazy("IMAP folder"),
    "mailbox_imap_password": gettext_lazy("IMAP password"),
}


def _role(value: str) -> str:
    return str(Role(value).label) if value in Role.values else value
