"""What is drawn of values that are all nought: nothing happened only where nothing was counted."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from reports.kpi import COUNT, SCORE, SECONDS, SHARE
from reports.pages.base import Chart, Heat, Series
from reports.showing import shown

NOTHING = "Nothing happened in this range."


def drawn(unit, values, ns=()):
    chart = Chart("kept", "Promises kept", ["Mon", "Tue"], [Series("Kept", values, ["/a", "/b"], ns=ns)], unit)
    return render_to_string("reports/_chart.html", {"chart": chart})


@pytest.mark.parametrize(("unit", "words"), [(SHARE, "0 %"), (SECONDS, shown(0, SECONDS)), (SCORE, shown(0, SCORE))])
def test_a_share_score_or_duration_of_nought_is_drawn_and_stands_in_the_table(unit, words):
    page = drawn(unit, [0, None])

    assert NOTHING not in page
    assert f'<a href="/a">{words}</a>' in page
    assert "/b" not in page.split("chart__table")[1]
    assert NOTHING in drawn(unit, [None, None])


def test_a_count_of_nought_is_nothing_unless_it_came_of_something():
    assert NOTHING in drawn(COUNT, [0, 0])
    assert NOTHING in drawn(COUNT, [0, 0], ns=[0, 0])
    # As many came as went.
    assert NOTHING not in drawn(COUNT, [0, 0], ns=[4, 0])


def test_an_hour_in_which_everybody_was_answered_at_once_opens():
    values, ns = [None] * 168, [0] * 168
    values[9], ns[9] = 0, 12
    at_once = shown(0, SECONDS)
    urls = [f"/hour/{hour}/" for hour in range(168)]

    page = render_to_string("reports/_heat.html", {"heat": Heat("h", "Answers", values, urls, SECONDS, ns=ns)})

    assert NOTHING not in page
    assert f'<td class="heat__1"><a href="/hour/9/" title="Monday 09:00: {at_once} (n = 12)">{at_once}</a></td>' in page
    assert page.count("<a ") == 1
    ns[9], values[9] = 0, None
    assert NOTHING in render_to_string("reports/_heat.html", {"heat": Heat("h", "A", values, urls, SECONDS, ns=ns)})
