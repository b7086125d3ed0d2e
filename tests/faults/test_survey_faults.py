"""The worker of the surveys is killed in the middle of its work: everybody is asked, and nobody asked twice over."""

from __future__ import annotations

import os
import re
import signal
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.faults.house import House, kill
from tests.plugin_services import wait_until

pytestmark = pytest.mark.services

CUSTOMERS, KILLS = 12, 2

SOLVED = """
from surveys.models import SurveySettings
from surveys.reactions import schedule_survey
from tests.factories import make_agent, make_team
from tickets.actions import AddReply, SetStatus

SurveySettings.objects.create(pk=1, enabled=True, delay_hours=0, day_from=0, day_until=24, weekends=True)
team = make_team("Billing")
ana = Actor.agent(make_agent("Ana", teams=[team]))
for number in range(CUSTOMERS):
    ticket = make_ticket(customer_for_email(f"c{number}@x.example", f"C{number}"), team=team)
    perform(ticket.pk, SetStatus("solved"), AddReply("So."), by=ana, via="web")
for change in Change.objects.filter(events__kind="status_changed"):  # a house has no reactions but its own
    schedule_survey(change)
tell("solved")
"""

WORK = """
from surveys import mails, sweep, tasks
from surveys.models import SurveyMail

settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
settings.EMAIL_FILE_PATH = str(settings.DATA_DIR / "letters")
# As if the lease of whoever was killed were over.
SurveyMail.objects.update(claimed_until=None)
real_note, real_left = sweep.note, mails.MAILS.left
def slow_note(*args, **how):
    time.sleep(0.1)
    return real_note(*args, **how)
def slow_left(mail):
    time.sleep(0.3)
    return real_left(mail)
if SLOW:
    sweep.note, mails.MAILS.left = slow_note, slow_left
tell("working")
tasks.run_surveys()
tell(0 if SLOW else tasks.run_surveys())
"""

ASK = "__import__('surveys.models', fromlist=['x']).{}.count()"


@pytest.fixture(params=["small_house", "big_house"])
def house(request: pytest.FixtureRequest) -> House:
    found: House = request.getfixturevalue(request.param)
    return found


def letters(folder: Path) -> list[tuple[str, str]]:
    """(to, Message-ID) of every mail that left, a half-written last one of a killed worker included."""
    found = []
    for path in sorted((folder / "letters").glob("*")) if (folder / "letters").exists() else []:
        for raw in re.split(rb"^-{79}$", path.read_bytes(), flags=re.MULTILINE):
            letter = message_from_bytes(raw.lstrip())
            if letter["To"] and letter["Message-ID"]:
                found.append((str(letter["To"]), str(letter["Message-ID"])))
    return found


def test_a_worker_killed_while_it_asks_asks_everybody_and_nobody_twice_over(house: House) -> None:
    """Fault F01, Fault F14: kill -9 while surveys are handed over and while mails leave; on both databases."""
    house.run(f"CUSTOMERS = {CUSTOMERS}\n" + SOLVED)
    handed = ASK.format("SurveyMail.objects")
    gone = ASK.format("SurveyMail.objects.filter(state='sent')")

    for asked, wanted in ((handed, 4), (gone, 4)):
        victim = house.spawn("SLOW = True\n" + WORK)
        assert victim.stdout is not None
        victim.stdout.readline()
        wait_until(lambda what=asked, least=wanted: house.ask(what) >= least, 60, "some of the work")
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait(20)
        kill(victim)

    assert 4 <= house.ask(gone) < CUSTOMERS
    assert house.run("SLOW = False\n" + WORK) == 0, "the second run finds nothing to do"

    left = letters(house.folder)
    assert {to for to, _id in left} == {f"c{number}@x.example" for number in range(CUSTOMERS)}
    assert len({header_id for _to, header_id in left}) == CUSTOMERS, "a second copy carries the id of the first"
    assert CUSTOMERS <= len(left) <= CUSTOMERS + KILLS
    assert house.ask(ASK.format("Survey.objects.filter(state='sent')")) == CUSTOMERS
    assert house.ask(ASK.format("SurveyStep.objects.filter(what='sent')")) == CUSTOMERS
