"""Makes an admin from the command line: the only way to the first one, since no page sets this house up."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from agents.actors import Actor
from agents.audit import record
from agents.models import Agent
from agents.permissions import Role
from agents.querysets import normalise_email


class Command(BaseCommand):
    help = "Make an admin. The password is asked for, or read as one line from standard input; never an argument."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", help="the address to sign in with; asked for when left out")
        parser.add_argument("--name", help="how the admin is called; asked for when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        email = normalise_email(options["email"] or self._ask("Email address: "))
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email!r} is not an email address.") from error
        name = (options["name"] or (self._ask("Name: ") if sys.stdin.isatty() else email.split("@")[0])).strip()
        password = self._password()
        try:
            validate_password(password, Agent(email=email, name=name))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        try:
            with transaction.atomic():
                admin = Agent.objects.create_superuser(email, password, name=name[:120])
                record("admin_created", by=Actor.system("command line"), agent=admin)
        except IntegrityError as error:
            raise CommandError(f"There is an agent with the address {email} already.") from error
        self.stdout.write(f"{admin.name} <{email}> is an admin (role {Role.ADMIN.label}).")

    @staticmethod
    def _ask(prompt: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError("Give --email when there is no terminal to ask at.")
        return input(prompt)

    def _password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\r\n")
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("Password again: "):
            raise CommandError("The two passwords differ.")
        return first
