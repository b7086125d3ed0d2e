"""How macros are shown to programs, and what may be said about them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from automation.macros.keeping import LONGEST_BODY, MOST_STEPS
from automation.macros.model import Macro
from helpdesk.lib.rest.shapes import Flag, Key, Slug, Strict, Text
from tickets.models import SavedView

SHARING = SavedView.Sharing.choices


def sharing_of(macro: Macro) -> str:
    if macro.owner_id is not None:
        return "nobody"
    return "team" if macro.team_id is not None else "everyone"


class MacroShape(serializers.Serializer[Any]):
    """Steps and words under a name. `{"do": "apply_macro", "macro_id": <id>}` among the actions of a ticket applies
    it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    sharing = serializers.SerializerMethodField()
    team_id = serializers.IntegerField(allow_null=True)
    owner_id = serializers.IntegerField(allow_null=True, help_text="null when it is shared.")
    steps = serializers.ListField(child=serializers.DictField(), help_text="Actions, in their order.")
    body = serializers.CharField(help_text="What is said with it; variables are filled in. Empty: nothing is said.")
    kind = serializers.ChoiceField(choices=Macro.Words.choices, help_text="Who reads the body.")
    active = serializers.BooleanField()
    broken = serializers.SerializerMethodField()
    updated_at = serializers.DateTimeField()

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "id": 3,
        "name": "Refund approved",
        "description": "Billing has agreed.",
        "sharing": "team",
        "team_id": 1,
        "owner_id": None,
        "steps": [{"do": "set_status", "status": "pending"}, {"do": "add_tag", "tag": "refund"}, {"do": "take"}],
        "body": "Dear {{ requester.first_name | customer }}, the money is on its way.",
        "kind": "reply",
        "active": True,
        "broken": [],
        "updated_at": "2026-11-22T09:14:03.512000Z",
    }

    def get_sharing(self, macro: Macro) -> str:
        return sharing_of(macro)

    def get_broken(self, macro: Macro) -> list[str]:
        """Why steps of it cannot be done any more, in words."""
        reasons: list[str] = self.context["broken"].get(macro.pk, [])
        return reasons


class NewMacro(Strict):
    """Steps are set_status, set_priority, set_type, set_field, take, assign_to, move_to_team, add_tag, remove_tag,
    snooze_for and wake, as the actions of a ticket. `team_id` goes with the sharing "team"."""

    name = Text(max_length=120)
    description = Text(max_length=250, allow_blank=True, default="")
    sharing = Slug(choices=SHARING, default="nobody")
    team_id = Key(required=False, allow_null=True)
    steps = serializers.ListField(child=serializers.DictField(), default=list, max_length=MOST_STEPS)
    body = Text(max_length=LONGEST_BODY, allow_blank=True, default="", trim_whitespace=False)
    kind = Slug(choices=Macro.Words.choices, default=Macro.Words.REPLY)
    active = Flag(default=True)


class MacroEdit(NewMacro):
    """What may be changed of a macro; what is left out stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partial = True


class ForetoldStep(serializers.Serializer[Any]):
    """One step: the events that it would leave, none when all is so already; `code` and `detail` of a refusal."""

    step = serializers.DictField()
    changes = serializers.ListField(child=serializers.DictField())
    code = serializers.CharField()
    detail = serializers.CharField()


class PreviewShape(serializers.Serializer[Any]):
    """What a macro would do to a ticket now. A single refused step refuses all of it."""

    macro_id = serializers.IntegerField()
    steps = ForetoldStep(many=True)
    body = serializers.CharField()
    unknown = serializers.ListField(child=serializers.CharField(), help_text="Variables that nothing stands behind.")

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "macro_id": 3,
        "steps": [
            {
                "step": {"do": "set_status", "status": "pending"},
                "changes": [{"kind": "status_changed", "data": {"from": "new", "to": "pending"}}],
                "code": "",
                "detail": "",
            }
        ],
        "body": "Dear Kim, the money is on its way.",
        "unknown": [],
    }
