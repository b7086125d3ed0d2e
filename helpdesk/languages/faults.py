"""Finds what is wrong with a catalogue: what a reader would see as gaps, broken sentences or a crash."""

import re
from collections import Counter
from collections.abc import Iterator
from gettext import c2py

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from helpdesk.languages.catalogues import forms, ids, is_translated

NAMED = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]")
POSITIONAL = re.compile(r"%[sdr]")
BRACES = re.compile(r"\{\w*\}")
TAGS = re.compile(r"</?[a-z][a-z0-9]*")
SEEN_NUMBERS = range(201)

Holes = Counter[str]


def faults(catalog: Catalog, sources: Catalog) -> Iterator[str]:
    """Yield a sentence for everything that must be mended before a release."""
    yield from freshness(catalog, sources)
    for message in catalog:
        if message.id and not is_translated(message):
            yield f"not translated: {short(message)}"
    yield from wrong(catalog)


def freshness(catalog: Catalog, sources: Catalog) -> Iterator[str]:
    """Yield what the sources say and the catalogue lacks, and the other way round."""
    wanted = {(message.context, str(message.id)): message for message in sources if message.id}
    held = {(message.context, str(message.id)): message for message in catalog if message.id}
    for key in wanted.keys() - held.keys():
        yield f"missing, run `make messages`: {short(wanted[key])}"
    for key in held.keys() - wanted.keys():
        yield f"no longer in the sources, run `make messages`: {short(held[key])}"


def wrong(catalog: Catalog) -> Iterator[str]:
    """Yield what is wrong with the entries that are translated."""
    language = str(catalog.locale_identifier)
    expected = get_plural(language)
    if (catalog.num_plurals, catalog.plural_expr) != (expected.num_plurals, expected.plural_expr):
        yield f"the header must say Plural-Forms: {expected.plural_forms}"
        return
    for message in catalog:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"marked as fuzzy: {short(message)}"
        if any(forms(message)):
            yield from wrong_words(message, catalog)


def wrong_words(message: Message, catalog: Catalog) -> Iterator[str]:
    """Yield the forms of one message whose placeholders, tags or edges are not those of the source."""
    sources, translated = ids(message), forms(message)
    if len(sources) > 1 and len(translated) != catalog.num_plurals:
        yield f"{len(translated)} plural forms instead of {catalog.num_plurals}: {short(message)}"
        return
    for index, form in enumerate(translated):
        if not form:
            continue
        allowed = sources if stands_for_one_number(catalog, index) else sources[-1:]
        if holes(form) not in [holes(source) for source in allowed]:
            yield f"placeholders or tags differ from the source: {short(message)} → {form!r}"
        elif "%(" in sources[-1] and stray_percent(form):
            yield f"a % that is no placeholder must be written %%: {short(message)} → {form!r}"
        elif edges(form) != edges(sources[-1]):
            yield f"begins or ends with other white space: {short(message)} → {form!r}"


def stands_for_one_number(catalog: Catalog, index: int) -> bool:
    """Whether the plural form is for a single number, which it may then leave unsaid ("one reply")."""
    rule = c2py(catalog.plural_expr)
    return sum(rule(number) == index for number in SEEN_NUMBERS) == 1


def holes(text: str) -> Holes:
    """Count what must stand in a translation as it stands in the source."""
    rest = text.replace("%%", "")
    found = Counter(NAMED.findall(rest))
    found.update(POSITIONAL.findall(NAMED.sub("", rest)))
    found.update(BRACES.findall(text))
    found.update(TAGS.findall(text))
    return found


def stray_percent(text: str) -> bool:
    return "%" in POSITIONAL.sub("", NAMED.sub("", text.replace("%%", "")))


def edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def short(message: Message) -> str:
    words = ids(message)[0]
    return repr(words if len(words) <= 80 else words[:79] + "…")
