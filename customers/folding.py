"""The forms in which names and addresses are sorted and found: folded once when written, compared byte by byte."""

from __future__ import annotations

import unicodedata

KEY_LENGTH = 160
_LAST = "\U0010ffff"


def fold(text: str) -> str:
    """Lower case without accents, one space between words: "Åse  LIND" is found as "ase lind"."""
    plain = unicodedata.normalize("NFKD", text.replace("\x00", "").casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(plain.split())[:KEY_LENGTH]


def last_word_first(folded: str) -> str:
    """ "kim lind jensen" as "jensen kim lind", so that a family name is a beginning too."""
    head, _space, last = folded.rpartition(" ")
    return f"{last} {head}".strip()


def end_of(prefix: str) -> str:
    """An upper bound of everything that begins with `prefix`, in columns that are compared by code point."""
    return prefix + _LAST


def domain_key(domain: str) -> str:
    """The labels from the right, each with its dot: "shop.alpha.example" as "example.alpha.shop.".

    A domain and all its subdomains are then what begins with the key of the domain.
    """
    return "".join(f"{label}." for label in reversed(domain.split(".")))
