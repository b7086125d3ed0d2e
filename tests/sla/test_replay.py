"""`manage.py sla_replay` against stored clocks that are right, and some that are not."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from sla.models import SlaClock, SlaLeg, SlaTrack
from tests.sla.making import Story, at, make_calendar, make_policy
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def run(*arguments):
    """(what it printed, how it ended)"""
    out = StringIO()
    try:
        call_command("sla_replay", *arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), ended.code
    return out.getvalue(), 0


@pytest.fixture
def story(db):
    make_policy(calendar=make_calendar(), first_response=60, resolution=480)
    story = Story("2026-01-05 10:00")
    story.reply("2026-01-05 12:00")
    story.status("2026-01-05 13:00", "pending")
    return story


def test_what_is_right_is_found_right(story):
    Story("2026-01-05 11:00")

    assert run("--check") == ("2 tickets replayed, 0 differences.\n", 0)
    assert run("--limit", "1")[0] == "1 tickets replayed, 0 differences.\n"
    assert run("--sample", "1")[0] == "1 tickets replayed, 0 differences.\n"


def spoil_due(ticket):
    SlaClock.objects.filter(metric="first_response").update(breached_at=at("2026-01-05 11:30"))
    return "clock first_response 1, breached_at: stored 2026-01-05 11:30:00+00:00, replayed 2026-01-05 11:00:00+00:00"


def spoil_leg(ticket):
    SlaLeg.objects.filter(clock__metric="resolution", position=1).update(used_seconds=1)
    return "leg 1 of resolution 1, used_seconds: stored 1, replayed 10800"


def spoil_clock(ticket):
    SlaClock.objects.filter(metric="resolution").delete()
    return "clock resolution 1, exists: stored False, replayed True"


def spoil_list(ticket):
    Ticket.objects.filter(pk=ticket.pk).update(sla_state="late")
    return "ticket, next_due_at, sla_state: stored (None, 'late'), replayed (None, 'paused')"


def spoil_track(ticket):
    row = SlaTrack.objects.get()
    row.memory["team"] = 99
    row.save()
    return "track, memory: stored"


@pytest.mark.parametrize("spoil", [spoil_due, spoil_leg, spoil_clock, spoil_list, spoil_track])
def test_what_was_altered_behind_the_door_is_named_and_ends_with_one(story, spoil):
    words = spoil(story.ticket)

    printed, ended = run("--ticket", str(story.ticket.pk))

    assert f"#{story.ticket.pk} {words}" in printed
    assert ended == 1


def test_it_says_how_another_policy_would_have_fared(story):
    quick = Story("2026-01-05 10:00")
    quick.reply("2026-01-05 10:10")
    quick.status("2026-01-05 10:20", "solved")
    make_policy("Lenient", first_response=180)

    printed, ended = run("--as-if", "Lenient", "--processes", "1")

    assert "2 tickets as if “Lenient v1” had held" in printed
    assert "First response: 100.0 % (2 met, 0 missed)" in printed
    assert "First response: 50.0 % (1 met, 1 missed)" in run("--as-if", "Standard", "--processes", "1")[0]
    assert ended == 0
    assert SlaClock.objects.filter(metric="first_response", state="breached_closed").count() == 1


def test_a_policy_that_is_not_there_is_refused(db):
    with pytest.raises(CommandError, match="There is no policy called “X”"):
        run("--as-if", "X")
