"""Turns stories into messages: greeting, matter, farewell, quoted text, HTML as mail programs make it."""

from __future__ import annotations

import re
from datetime import datetime
from random import Random

from helpdesk.demo import slots as particulars
from helpdesk.demo import stories_da, stories_de, stories_en, stories_nb, stories_pl, stories_uk
from helpdesk.demo.customers import Caller
from helpdesk.demo.people import Colleague
from helpdesk.demo.words import Manners, Words, said
from helpdesk.lib.html import sanitise
from helpdesk.lib.text import paragraphs

_MODULES = {"en": stories_en, "da": stories_da, "nb": stories_nb, "pl": stories_pl, "uk": stories_uk, "de": stories_de}
MANNERS: dict[str, Manners] = {language: module.MANNERS for language, module in _MODULES.items()}
STORIES: dict[str, dict[str, Words]] = {language: module.STORIES for language, module in _MODULES.items()}

# How colleagues sign where another alphabet is read.
_IN_CYRILLIC = {"Oleh": "Олег", "Bohdan": "Богдан", "Agnieszka": "Агнєшка", "Piotr": "Пьотр", "Katarzyna": "Катажина"}
_NUMBERS = re.compile(r"\b(?:PD-\d+|F-\d+|JX\d+)\b")


class Voice:
    """Speaks for one customer and the agents who answer, in the customer's language."""

    def __init__(self, rng: Random, caller: Caller, topic: str, at: datetime) -> None:
        self.rng, self.caller = rng, caller
        self.manners = MANNERS[caller.language]
        self.words = STORIES[caller.language][topic]
        self.slots = particulars.slots(rng, caller.language, at)
        self.slots |= {"first": caller.called, "agent": ""}

    def subject(self) -> str:
        return self._customer(self.rng.choice(self.words.subjects))

    def ask(self) -> str:
        """The mail that opens the ticket."""
        matter = self.rng.choice(self.words.asks)
        if self.rng.random() < 0.75:
            matter += " " + self.rng.choice(self.words.details)
        parts = [self.rng.choice(self.manners.greetings), matter]
        if self.rng.random() < 0.4:
            parts.append(self.rng.choice(self.manners.asides))
        return self._customer("\n\n".join([*parts, self._farewell()]))

    def answer(self, text: str, agent: Colleague) -> str:
        """A short answer of the customer to an agent."""
        parts = [self.rng.choice(self.manners.greetings)] if self.rng.random() < 0.4 else []
        parts.append(text)
        if self.rng.random() < 0.6:
            parts.append(self._farewell())
        return self._customer("\n\n".join(parts), agent)

    def thanks(self, agent: Colleague) -> str:
        return self._customer(self.rng.choice(self.manners.thanks) + self.rng.choice(("", "\n\n{name}")), agent)

    def reply(self, text: str, agent: Colleague, *, warm: bool = True) -> str:
        """An agent's answer: greeting, a lead when it is the first, the matter, an offer, a name."""
        lead = self.rng.choice(self.manners.leads) + " " if warm and self.rng.random() < 0.8 else ""
        parts = [self.manners.hello, lead + text, self.rng.choice(self.manners.offers), self.manners.regards]
        named = self.slots | {"agent": self.name_of(agent)}
        return said("\n\n".join(part for part in parts if part), named, woman=agent.woman)

    def name_of(self, agent: Colleague) -> str:
        return _IN_CYRILLIC.get(agent.first, agent.first) if self.caller.language == "uk" else agent.first

    def quoted(self, agent: Colleague, at: datetime, text: str) -> str:
        """What a mail program puts below an answer."""
        day = particulars.day(at, self.caller.language)
        head = self.manners.wrote.format(day=day, agent=agent.agent.name)
        return f"{head}\n" + "\n".join(f"> {line}".rstrip() for line in text.split("\n"))

    def html(self, text: str) -> str:
        """The text as a mail program's HTML, made safe as any mail is."""
        marked = _NUMBERS.sub(lambda found: f"<b>{found[0]}</b>", paragraphs(text))
        return sanitise(f'<div style="font-family: Calibri, sans-serif; font-size: 11pt">{marked}</div>').html

    @property
    def signature(self) -> str:
        caller = self.caller
        return f"{caller.customer.name}\n{caller.organisation}" if caller.organisation else ""

    def _farewell(self) -> str:
        return self.rng.choice(self.manners.farewells) + self.rng.choice(("\n{first_name}", "\n{name}"))

    def _customer(self, text: str, agent: Colleague | None = None) -> str:
        own = {"first_name": self.caller.first, "name": self.caller.customer.name}
        if agent:
            own["agent"] = self.name_of(agent)
        return said(text, self.slots | own, woman=self.caller.woman)
