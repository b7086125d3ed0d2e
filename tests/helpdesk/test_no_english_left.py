"""Every page, read in each language: nothing that has a translation may still stand there in English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from lxml import html as lxml_html

from agents.models import Agent, Team
from customers.models import Customer
from helpdesk.languages import catalogues
from tests import matrix_objects
from tests.test_permission_matrix import TABLE, URLS

pytestmark = pytest.mark.once
IN_THEIR_CUSTOMERS_LANGUAGE = {"surveys:page", "surveys:score", "surveys:stop"}
OTHERS = [code for code, _name in configured.LANGUAGES if code != catalogues.SOURCE_LANGUAGE]
# `check_messages` finds what lacks in any language; whether pages ask for their words at all, two languages tell.
READ_IN = ("da", "uk")
READ = ("title", "placeholder", "aria-label", "alt", "label")
HOLE = re.compile(r"%\(\w+\)[sd]|%%")
# Words of one letter or sign, and words that are spelled alike in code, are no sentences.
SHORTEST = 3
# Shown as it stands: code, keys on a keyboard, and what people wrote.
UNTRANSLATED = {"code", "kbd", "pre", "script", "style", "option", "template"}


@pytest.fixture
def pages(
    kim: Customer,
    billing: Team,
    technical: Team,
    root: Agent,
    otto: Agent,
    leo: Agent,
    ana: Agent,
    mia: Agent,
    lou: Agent,
) -> list[str]:
    """The pages that an admin may read, by the reviewed table, and the three that a stranger may."""
    agents = {"otto": otto, "leo": leo, "ana": ana, "mia": mia, "lou": lou, "root": root}
    objects = matrix_objects.make(kim, agents, billing, technical)
    table = json.loads(Path(TABLE).read_text())
    return [
        reverse(name, kwargs={param: objects.argument(name, param, "own") for param in params})
        for name, params in URLS
        if table[name]["own"]["GET"]["root"] == 200 and name not in IN_THEIR_CUSTOMERS_LANGUAGE
    ]


@cache
def english(language: str) -> tuple[dict[str, str], list[re.Pattern[str]]]:
    """Source sentences whose translation is another: as they stand, and as patterns where they have holes."""
    whole, patterns = {}, []
    catalog = catalogues.read(catalogues.po_path(language))
    for message in catalog:
        if not message.id or not catalogues.is_translated(message):
            continue
        for source in catalogues.ids(message):
            words = HOLE.sub("", source)
            if source in catalogues.forms(message) or len(re.findall(r"[A-Za-z]", words)) < SHORTEST:
                continue
            if not HOLE.search(source):
                whole[squeezed(source)] = source
            elif len(re.findall(r"[A-Za-z]{2,}", words)) >= 2:
                pieces = [re.escape(piece) for piece in HOLE.split(squeezed(source))]
                patterns.append(re.compile(".+?".join(pieces)))
    said = {squeezed(form) for message in catalog if message.id for form in catalogues.forms(message)}
    return {words: source for words, source in whole.items() if words not in said}, patterns


def squeezed(text: str) -> str:
    return " ".join(text.split())


def texts(page: str) -> Iterator[str]:
    """What a reader sees or hears: the words of elements, and the attributes that are read out or shown."""
    for element in lxml_html.document_fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag not in UNTRANSLATED:
            yield squeezed(element.text or "")
        yield squeezed(element.tail or "")
        for name, value in element.attrib.items():
            if name in READ or str(name).startswith("data-says"):
                yield squeezed(str(value))


@pytest.mark.parametrize("language", READ_IN)
def test_no_page_shows_english_words_that_have_a_translation(
    client: Client, root: Agent, pages: list[str], language: str
) -> None:
    Agent.objects.filter(pk=root.pk).update(language=language)
    client.force_login(root)
    whole, patterns = english(language)

    left, read = [], 0
    for url in pages:
        response: Any = client.get(url)
        if response.streaming or "html" not in response.headers.get("Content-Type", ""):
            continue
        body = response.content.decode()
        if not body.strip():
            continue
        read += 1
        left += [
            (url, text)
            for text in dict.fromkeys(texts(body))
            if text in whole or any(pattern.fullmatch(text) for pattern in patterns)
        ]

    assert read > 40
    assert not left, "\n".join(f"{url}: {text}" for url, text in left)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("url", ["/accounts/login/", "/accounts/password/reset/", "/nowhere/"])
def test_no_page_before_sign_in_shows_english(client: Client, db: None, url: str, language: str) -> None:
    whole, patterns = english(language)

    body = client.get(url, headers={"accept-language": language}).content.decode()

    assert [text for text in texts(body) if text in whole or any(p.fullmatch(text) for p in patterns)] == []
