"""The shape of what people type about accounts and teams; the rules live in administration, teams and own_account."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from agents.audit import record
from agents.mails import owe_mail
from agents.middleware import THEMES
from agents.models import Agent, Team
from agents.permissions import Role
from agents.querysets import normalise_email

LONGEST_PASSWORD = 256  # hashing has a price: nobody types more
LONGEST_EMAIL = 254
OLD_ZONES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")
THEME_LABELS = {"system": _("As the system"), "light": _("Light"), "dark": _("Dark")}


def zones() -> list[tuple[str, str]]:
    """The zones that people name by a city, and UTC."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(OLD_ZONES))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class Bounded:
    """Refuses long input before anything is hashed or looked up."""

    fields: dict[str, forms.Field]

    def bound_fields(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField):
                field.max_length = LONGEST_EMAIL if name in ("login", "email") else LONGEST_PASSWORD
                limit = forms.CharField(max_length=field.max_length).validators[-2:]
                field.validators = [*field.validators, *limit]
                field.widget.attrs |= {"maxlength": str(field.max_length)}
                field.widget.attrs.pop("placeholder", None)


class SignInForm(Bounded, LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bound_fields()
        self.fields["login"].label = _("Email address")
        self.fields["login"].widget.attrs |= {"autofocus": True, "autocomplete": "username"}
        self.fields["password"].help_text = ""


class ProofForm(Bounded, ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bound_fields()
        self.fields["password"].help_text = ""


class NewPasswordForm(Bounded, ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bound_fields()
        self.fields["oldpassword"].help_text = ""
        self.fields["oldpassword"].label = _("Current password")
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())
        self.fields["password2"].label = _("New password again")


class AskForResetForm(Bounded, ResetPasswordForm):  # type: ignore[misc]
    """Does the same work for every address, known or not, so that neither answer nor time tells which."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bound_fields()
        self.fields["email"].label = _("Email address")

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        agent = Agent.objects.active().filter(email=email).first()
        with transaction.atomic():
            owe_mail("reset", agent)
            record("reset_asked", by=None, subject=email, ip=request.META.get("REMOTE_ADDR") or None)
        return email


class ChoosePasswordForm(forms.Form):
    """For somebody who came by a mailed link."""

    password1 = forms.CharField(
        label=_("New password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )
    password2 = forms.CharField(
        label=_("New password again"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.agent)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("You must type the same password each time."))
        return cleaned


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows by key; a number that no column of keys can hold is a wrong choice, not a database error."""

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else ():
            if len(str(key)) > 18:
                code = "invalid_choice"
                raise ValidationError(self.error_messages[code], code=code, params={"value": str(key)[:20]})
        return super().clean(value)


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    theme = forms.ChoiceField(label=_("Theme"), choices=[(name, THEME_LABELS[name]) for name in THEMES])
    signature = forms.CharField(
        label=_("Signature"),
        max_length=2000,
        required=False,
        help_text=_("Added below your answers to customers. Markdown works here."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    stand_in_id = forms.TypedChoiceField(
        label=_("Stand-in"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Is asked in your place when a ticket is escalated to you and you are not online."),
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Agent.objects.assignable().exclude(pk=agent.pk).values_list("pk", "name")
        self.fields["stand_in_id"].choices = [("", _("Nobody")), *others]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise ValidationError(_("A name is needed."))
        return name


class AgentForm(forms.Form):
    """What an admin says about an agent, new or not."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("Email address"), max_length=LONGEST_EMAIL, help_text=_("The agent signs in with it.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    teams = RowsField(
        label=_("Teams"), queryset=Team.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    two_factor_required = forms.BooleanField(label=_("Must use two-factor sign-in"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teams"].queryset = Team.objects.order_by("archived_at", "name")  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=80,
        required=False,
        help_text=_("Used in searches, such as team:billing. Left empty, it is made from the name."),
    )
    description = forms.CharField(label=_("Description"), max_length=250, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("name") and not cleaned.get("slug"):
            cleaned["slug"] = slugify(cleaned["name"])[:80] or "team"
        return cleaned


class MembersForm(forms.Form):
    members = RowsField(queryset=Agent.objects.none(), required=False)
    leads = RowsField(queryset=Agent.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = Agent.objects.people()  # type: ignore[attr-defined]
