"""A light stemmer for Ukrainian, for which no common one exists: it takes off the endings of cases and persons."""

from __future__ import annotations

import re

SHORTEST = 3
_VOWELS = "аеєиіїоуюя"
# Longest first; what stays must have a vowel, or a word of one syllable would vanish.
_ENDINGS = sorted(
    (
        "ями ами ові еві єві ого ього ому ьому ими іми ах ях ам ям ом ем єм ою ею єю ів їв ей ий ій їй ої ьої ії "
        "ати яти ити іти увати ювати ала ала или ила ило али ить ять уть ють ає яє ує ює аєте уєте аємо уємо "
        "ував увала ували а я о е є у ю и і ї ь й"
    ).split(),
    key=len,
    reverse=True,
)
_DOUBLED = re.compile(r"([бвгґджзйклмнпрстфхцчшщ])\1$")
# A vowel that only the bare word has (рахунок, рахунку), and a consonant that softens before "і" (доставка, доставці).
_FLEETING = re.compile(r"(?<=[бвгґджзклмнпрстфхцчшщ])[оеє](?=[кц]$)")
# Before an ending "о" or "е" where the bare word has "і": ночі and ніч, колеса and коліс.
_CLOSED = re.compile(r"і([бвгґджзклмнпрстфхцчшщ])$")


def stem(word: str) -> str:
    """The part that forms of a word share: "замовлення" and "замовлень" are both "замовлен"."""
    if word.endswith("ці") and len(word) > SHORTEST + 1:
        return f"{word[:-2]}к"
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= SHORTEST and any(letter in _VOWELS for letter in rest):
            word = rest
            break
    word = word.rstrip("ь") if len(word) > SHORTEST else word
    word = _FLEETING.sub("", _DOUBLED.sub(r"\1", word))
    return _CLOSED.sub(r"о\1", word) if len(word) > SHORTEST else word
