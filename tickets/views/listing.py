"""What addresses of lists are made of: the same list elsewhere, another order of it, another place in it."""

from __future__ import annotations

from django.http import QueryDict

# Parameters that say where in the list one is, not what the list is.
PLACE = ("older", "newer", "id")


def list_address(given: QueryDict, **changes: str) -> QueryDict:
    """The list that `given` asks for, from its beginning, with such changes."""
    address = given.copy()
    for name in PLACE:
        address.pop(name, None)
    for name, value in changes.items():
        address[name] = value
    return address


def at_place(address: QueryDict, name: str, cursor: str | None) -> str:
    """The link to the page beside this one; nothing where there is none."""
    if cursor is None:
        return ""
    place = address.copy()
    place[name] = cursor
    return f"?{place.urlencode()}"
