"""The whole mail corpus: every real message is read without an error, and its stated facts hold."""

# ruff: noqa: E501 - tables of words and mails read better unbroken

from __future__ import annotations

import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.channels import corpus

KNOWN = Path(__file__).with_name("corpus_known_failures.json")
SHARE = 97.0

pytestmark = pytest.mark.skipif(
    not (corpus.FOLDER / "manifest.jsonl").exists(),
    reason=f"the mail corpus is not there ({corpus.FOLDER}); set HELPDESK_CORPUS to the folder that holds email/",
)


class Run:
    """One pass over all mails: what held, what failed, and how long each took."""

    def __init__(self) -> None:
        self.held: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.failed: dict[str, list[str]] = {}
        self.slowest = (0.0, "")
        self.entries = corpus.manifest()
        began = time.monotonic()
        for entry in self.entries:
            self._take(entry)
        self.seconds = time.monotonic() - began

    def _take(self, entry: dict[str, Any]) -> None:
        began = time.monotonic()
        reading = corpus.read(entry)
        self.slowest = max(self.slowest, (time.monotonic() - began, entry["id"]))
        for group, key, expected in corpus.facts(entry):
            self.asked[group] += 1
            if corpus.CHECKS[key](reading, expected):
                self.held[group] += 1
            elif group != "soft":
                self.failed.setdefault(entry["id"], []).append(f"{group} {key}")

    def share(self, group: str) -> float:
        return 100 * self.held[group] / self.asked[group]

    def report(self) -> str:
        shares = ", ".join(
            f"{group} {self.held[group]}/{self.asked[group]} ({self.share(group):.2f} %)"
            for group in sorted(self.asked)
        )
        reasons = json.loads(KNOWN.read_text())
        lines = [
            f"{name}: {', '.join(keys)}: {reasons.get(name, {}).get('reason', 'NEW')}"
            for name, keys in sorted(self.failed.items())
        ]
        head = f"{len(self.entries)} mails in {self.seconds:.1f} s, slowest {self.slowest[1]} {self.slowest[0]:.2f} s; facts held: {shares}"
        return "\n".join([head, *lines]) + "\n"


@pytest.fixture(scope="module")
def run() -> Run:
    found = Run()
    place = os.environ.get("HELPDESK_CORPUS_REPORT")
    if place:
        Path(place).write_text(found.report())
    else:
        print("\n" + found.report())
    return found


def test_every_mail_of_the_corpus_is_read_and_none_raises(run: Run) -> None:
    assert len(run.entries) == 1045


@pytest.mark.parametrize("group", ["stated", "derived"])
def test_at_least_97_percent_of_the_facts_hold(run: Run, group: str) -> None:
    assert run.asked[group] > 1000
    assert run.share(group) >= SHARE


def test_exactly_the_known_facts_fail(run: Run) -> None:
    """A fact that fails anew is a regression; one that holds again leaves the list."""
    known = {name: entry["facts"] for name, entry in json.loads(KNOWN.read_text()).items()}

    assert run.failed == known


def test_the_corpus_is_read_quickly(run: Run) -> None:
    assert run.seconds < 30
    assert run.slowest[0] < 2


def test_reading_a_mail_twice_gives_the_same(run: Run) -> None:
    for entry in run.entries[::20]:
        first, second = corpus.read(entry), corpus.read(entry)
        assert first.mail == second.mail
        assert first.folded == second.folded
        assert first.verdict == second.verdict


def test_folding_loses_no_line_of_any_mail(run: Run) -> None:
    for entry in run.entries:
        reading = corpus.read(entry)
        if reading.mail.text_from_html:
            continue
        folded = reading.folded
        parts = "\n".join((folded.visible, folded.quoted, folded.signature))
        assert sorted(map(str.strip, filter(str.strip, parts.split("\n")))) == sorted(
            map(str.strip, filter(str.strip, reading.mail.text.split("\n")))
        ), entry["id"]
