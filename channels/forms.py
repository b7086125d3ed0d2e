"""The shape of what people type into the pages about mail; rules live where the work is done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agents.models import Team
from channels import signing
from channels.models import Mailbox
from customers.matching import normalise_email
from helpdesk.lib.text import clean, one_line

MOST_ALIASES = 50
LONGEST_SOURCE = 5_000_000


class AddressesField(forms.CharField):
    """Mail addresses, one per line, as a list."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = dict.fromkeys(
            normalise_email(word) for word in re.split(r"[\s,;]+", super().to_python(value) or "") if word
        )
        if len(words) > MOST_ALIASES:
            most = ngettext("At most %(count)d address.", "At most %(count)d addresses.", MOST_ALIASES)
            raise ValidationError(most, params={"count": MOST_ALIASES})
        for word in words:
            validate_email(word)
        return list(words)

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Each address was checked by itself."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


if TYPE_CHECKING:
    _MailboxForm = forms.ModelForm[Mailbox]
else:
    _MailboxForm = forms.ModelForm


class MailboxForm(_MailboxForm):
    aliases = AddressesField(
        label=_("Further addresses"),
        required=False,
        help_text=_("One per line. Mail to them comes in here too; answers leave from the address above."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("Of acknowledgements, unless the ticket has its own.")
    )
    imap_password = forms.CharField(
        label=_("IMAP password"),
        required=False,
        strip=False,
        max_length=500,
        help_text=_("Leave empty to keep the stored one. It is kept encrypted and never shown again."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Mailbox
        fields = (
            "name", "address", "aliases", "team", "language", "signature", "acknowledges", "active",
            "imap_host", "imap_port", "imap_security", "imap_user", "imap_password", "imap_folder",
        )  # fmt: skip
        widgets = {"signature": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "name": _("Customers read it as the sender."),
            "address": _("Customers write to it, and answers leave from it."),
            "team": _("New tickets from this mailbox go to this team."),
            "signature": _("Stands below every answer, after the agent's own."),
            "acknowledges": _("People who open a ticket by mail hear that it arrived. Robots never do."),
            "active": _("An inactive mailbox is neither polled nor used to send."),
            "imap_host": _("Leave empty when mail reaches this house another way, by SMTP or a pipe."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        teams = self.fields["team"]
        teams.queryset = Team.objects.filter(Q(archived_at=None) | Q(pk=self.instance.team_id))  # type: ignore[attr-defined]
        teams.empty_label = _("No team")  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"], 80)

    def clean_signature(self) -> str:
        return clean(self.cleaned_data["signature"]).strip()

    def clean_address(self) -> str:
        return normalise_email(self.cleaned_data["address"])

    def clean_imap_host(self) -> str:
        host = str(self.cleaned_data["imap_host"]).strip().lower()
        if host and not re.fullmatch(r"[a-z0-9.:-]{1,253}", host):
            raise ValidationError(_("Write a server name alone, without a scheme or a path."))
        return host

    def clean_imap_port(self) -> int:
        port = int(self.cleaned_data["imap_port"])
        if not 1 <= port <= 65535:
            raise ValidationError(_("A port is a number from 1 to 65535."))
        return port

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = {data.get("address"), *data.get("aliases", [])} - {None}
        taken = signing.own_addresses(Mailbox.objects.exclude(pk=self.instance.pk))
        if used := sorted(str(a) for a in wanted if a in taken):
            self.add_error("address", _("Another mailbox has %(address)s already.") % {"address": used[0]})
        if data.get("imap_host"):
            self._needs_sign_in(data)
        return data

    def _needs_sign_in(self, data: dict[str, Any]) -> None:
        if not data.get("imap_user"):
            self.add_error("imap_user", _("The server needs a user name."))
        if not data.get("imap_password") and not self.instance.imap_secret:
            self.add_error("imap_password", _("The server needs a password."))
        if data.get("imap_security") == Mailbox.ImapSecurity.NONE and not settings.EMBEDDED:
            self.add_error("imap_security", _("Without encryption the password could be read on the way."))


class TicketNumberForm(forms.Form):
    ticket = forms.CharField(label=_("Ticket number"), max_length=20)

    def clean_ticket(self) -> int:
        number = str(self.cleaned_data["ticket"]).strip().lstrip("#")
        if not re.fullmatch(r"[0-9]{1,18}", number, re.ASCII):
            raise ValidationError(_("Write the number of a ticket."))
        return int(number)


class DryRunForm(forms.Form):
    source = forms.CharField(
        label=_("Source of a mail"),
        max_length=LONGEST_SOURCE,
        strip=False,
        help_text=_("Nothing is stored and nothing is sent."),
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )


class AnswerForm(forms.Form):
    """The words of a customer, played by the reader of the local outbox."""

    body = forms.CharField(label=_("Answer"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))


class LetterForm(forms.Form):
    """A mail of a customer who writes for the first time, played by the reader of the local outbox."""

    sender = forms.EmailField(label=_("From"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    mailbox = forms.ModelChoiceField(label=_("To"), queryset=Mailbox.objects.none(), empty_label=None)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Message"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mailbox"].queryset = Mailbox.objects.active()  # type: ignore[attr-defined]
