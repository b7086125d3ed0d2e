"""What an agent can be told of, and by which way; the order is the order of weight."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Of several that one change means for an agent, only the first in this list is told."""

    MENTION = "mention", _("Somebody mentions me")
    ESCALATION = "escalation", _("I am asked to look at an escalated ticket")
    ASSIGNED = "assigned", _("A ticket is assigned to me")
    REPLY = "reply", _("A customer answers on my ticket or one that I follow")
    SLA_BREACH = "sla_breach", _("A ticket of mine or one that I follow is late")
    SLA_WARNING = "sla_warning", _("A ticket of mine or one that I follow is due soon")
    ESCALATION_ANSWER = "escalation_answer", _("Somebody answers an escalation of mine")
    HELD = "held", _("A scheduled reply was held back")
    NOTE = "note", _("A colleague leaves a note on my ticket or one that I follow")
    REOPENED = "reopened", _("A ticket of mine or one that I follow is reopened")
    WOKE = "woke", _("A snoozed ticket of mine or one that I follow wakes")
    TEAM = "team", _("A ticket comes to my team")


class Way(models.TextChoices):
    """How an agent hears of it. Whatever is mailed also rings the bell."""

    BELL = "bell", _("Bell")
    MAIL = "mail", _("Bell, and a mail at once")
    DIGEST = "digest", _("Bell, and a mail with other news")
    OFF = "off", _("Not at all")


DEFAULTS: dict[str, str] = {
    Kind.MENTION: Way.MAIL,
    Kind.ESCALATION: Way.MAIL,
    Kind.ASSIGNED: Way.DIGEST,
    Kind.REPLY: Way.BELL,
    Kind.SLA_BREACH: Way.DIGEST,
    Kind.SLA_WARNING: Way.BELL,
    Kind.ESCALATION_ANSWER: Way.BELL,
    Kind.HELD: Way.MAIL,
    Kind.NOTE: Way.BELL,
    Kind.REOPENED: Way.BELL,
    Kind.WOKE: Way.BELL,
    Kind.TEAM: Way.OFF,
}

WEIGHT = {kind: place for place, kind in enumerate(Kind.values)}
