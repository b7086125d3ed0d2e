"""Who may get a sign-in: only those for whom an admin makes one."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Allauth without the door for strangers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse sign-up: agents are invited, customers have no account."""
        return False
