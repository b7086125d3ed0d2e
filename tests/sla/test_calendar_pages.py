"""The settings of opening hours: the list, the grid without scripts, what is refused, and what is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import Agent
from agents.records import AgentAudit
from sla import public_holidays
from sla.models import Calendar, CalendarVersion, SlaPolicy, SlaPolicyVersion, SlaRevision

pytestmark = pytest.mark.django_db

NEW = "/settings/calendars/new/"
OFFICE = [[[540, 1020]]] * 5 + [[], []]
# A Tuesday, ten in the morning in Copenhagen.
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def client_of(otto: Agent) -> Client:
    client = Client()
    client.force_login(otto)
    return client


@pytest.fixture
def support(db: None) -> Calendar:
    calendar = Calendar.objects.create(name="Support")
    CalendarVersion.objects.create(calendar=calendar, number=1, zone="Europe/Copenhagen", weekly=OFFICE)
    return calendar


def filled(**more: Any) -> dict[str, Any]:
    """The form as a browser sends it: nine to five from Monday to Friday."""
    form = {"name": "Support", "zone": "Europe/Copenhagen", "country": "", "country_shown": "", "do": "save"}
    form |= {"csrfmiddlewaretoken": "x", "seen": "0"}
    for day in range(5):
        form |= {f"d{day}-0-from": "09:00", f"d{day}-0-to": "17:00"}
    return form | more


def promise_by(calendar: Calendar) -> None:
    policy = SlaPolicy.objects.create(name="Gold")
    SlaPolicyVersion.objects.create(policy=policy, number=1, calendar=calendar, targets={"resolution": {"normal": 60}})


def test_a_new_calendar_is_stored_as_its_first_version(client_of: Client, otto: Agent) -> None:
    answer = client_of.post(NEW, filled(**{"d5-0-from": "10", "d5-0-to": "14.30"}))

    assert answer.status_code == 302
    version = CalendarVersion.objects.get()
    assert (version.calendar.name, version.number, version.zone) == ("Support", 1, "Europe/Copenhagen")
    assert version.weekly == [*OFFICE[:5], [[600, 870]], []]
    assert version.created_by == otto
    assert AgentAudit.objects.get(kind="calendar_made").subject == "Support"


def test_an_interval_until_midnight_ends_at_24_however_that_is_written(client_of: Client) -> None:
    client_of.post(NEW, filled(**{"d4-0-from": "22:00", "d4-0-to": "24:00", "d5-0-from": "18:00", "d5-0-to": "00:00"}))

    assert CalendarVersion.objects.get().weekly[4:6] == [[[1320, 1440]], [[1080, 1440]]]


def test_the_buttons_of_the_grid_work_without_scripts_and_store_nothing(client_of: Client) -> None:
    added = client_of.post(NEW, filled(do="add-d0")).content.decode()
    removed = client_of.post(NEW, filled(do="remove-d1-0")).content.decode()
    copied = client_of.post(NEW, filled(do="copy", **{"d0-0-from": "08:00"})).content.decode()

    assert 'name="d0-1-from"' in added
    assert 'name="d1-0-from"' not in removed
    assert copied.count('value="08:00"') == 5
    assert not Calendar.objects.exists()


def test_closed_days_and_one_off_hours_are_stored_by_their_dates(client_of: Client) -> None:
    client_of.post(
        NEW,
        filled(
            **{
                "closed-0-day": "2026-12-24",
                "closed-0-name": "Stocktaking",
                "opening-0-day": "2026-12-28",
                "opening-0-from": "10:00",
                "opening-0-to": "12:00",
                "opening-1-day": "2026-12-28",
                "opening-1-from": "13:00",
                "opening-1-to": "15:00",
            }
        ),
    )

    version = CalendarVersion.objects.get()
    assert version.closed_days == {"2026-12-24": "Stocktaking"}
    assert version.openings == {"2026-12-28": [[600, 720], [780, 900]]}


def test_a_country_brings_its_usual_holidays_and_their_dates_are_kept(client_of: Client) -> None:
    client_of.post(NEW, filled(country="UA", zone="Europe/Kyiv"))

    version = CalendarVersion.objects.get()
    assert version.categories == ["public", "workday"]
    assert "2027-08-24" in version.holidays


@time_machine.travel(NOW, tick=False)
def test_the_page_says_what_the_hours_mean_before_they_are_saved(client_of: Client) -> None:
    page = client_of.post(NEW, filled(do="redraw", country="DK", country_shown="DK", categories="public"))

    text = page.content.decode()
    assert page.status_code == 200
    assert "Open now · closes 17:00" in text
    assert text.count('class="fortnight__day') == 14
    assert "Second Day of Christmas" in text
    assert "9:00–17:00" in text
    assert not Calendar.objects.exists()


@time_machine.travel(datetime(2026, 11, 20, 20, tzinfo=UTC), tick=False)
def test_a_closed_calendar_says_when_it_opens(client_of: Client, support: Calendar) -> None:
    assert "Closed · opens Mon 09:00" in client_of.get("/settings/calendars/").content.decode()


def test_the_list_tells_the_week_in_a_line_and_who_promises_by_it(client_of: Client, support: Calendar) -> None:
    promise_by(support)

    text = client_of.get("/settings/calendars/").content.decode()

    assert "Mon–Fri 09:00–17:00" in text
    assert "Gold" in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"d0-0-from": "25:00"}, "Enter times as 09:00"),
        ({"d0-0-from": "nine"}, "Enter times as 09:00"),
        ({"d0-0-from": "18:00"}, "This ends before it begins"),
        ({"d0-1-from": "16:00", "d0-1-to": "18:00"}, "These hours overlap"),
        ({"opening-0-day": "yesterday", "opening-0-from": "09:00", "opening-0-to": "10:00"}, "Enter a date"),
        ({"closed-0-name": "No date"}, "Enter a date"),
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"zone": "../../etc/passwd"}, "Select a valid choice"),
        ({"country": "XX"}, "Select a valid choice"),
        ({"country": "DK", "country_shown": "DK", "subdivision": "BY"}, "Select a valid choice"),
        ({"country": "DK", "country_shown": "DK", "categories": "sabian"}, "Select a valid choice"),
        ({"name": ""}, "This field is required"),
        ({"name": "\u200b"}, "Enter a name"),
        ({"name": "x" * 81}, "at most 80"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands_and_nothing_is_stored(
    client_of: Client, wrong: dict[str, str], said: str
) -> None:
    answer = client_of.post(NEW, filled(**wrong))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Calendar.objects.exists()


def test_a_calendar_that_never_opens_is_refused(client_of: Client) -> None:
    answer = client_of.post(
        NEW, {"name": "Never", "zone": "UTC", "do": "save"} | {"zone": "Europe/Oslo", "country": ""}
    )

    assert answer.status_code == 422
    assert "a calendar that never opens" in answer.content.decode()
    assert not Calendar.objects.exists()


@pytest.mark.parametrize("name", ["d7-0-from", "d0-0-day-x", "d0--1-from", "weekly", "closed-0-html", "d0-9999-from"])
def test_a_field_that_was_not_offered_stops_the_request(client_of: Client, name: str) -> None:
    """E09"""
    assert client_of.post(NEW, filled(**{name: "x"})).status_code == 400
    assert not Calendar.objects.exists()


@pytest.mark.parametrize("do", ["drop", "remove-d0", "add-d9", "save-x", "remove-d0-99999"])
def test_a_button_that_was_not_drawn_stops_the_request(client_of: Client, do: str) -> None:
    """E09"""
    assert client_of.post(NEW, filled(do=do)).status_code == 400


def test_more_rows_than_anybody_needs_stop_the_request(client_of: Client) -> None:
    rows = {f"closed-{number}-day": "2026-12-24" for number in range(401)}

    assert client_of.post(NEW, filled(**rows)).status_code == 400


def test_a_name_that_is_taken_is_refused(client_of: Client, support: Calendar) -> None:
    answer = client_of.post(NEW, filled())

    assert answer.status_code == 422
    assert "There is a calendar of this name already." in answer.content.decode()
    assert Calendar.objects.count() == 1


def test_what_people_write_is_shown_as_text(client_of: Client) -> None:
    client_of.post(NEW, filled(name="<b>Bold</b>", **{"closed-0-day": "2026-12-24", "closed-0-name": "<i>x</i>"}))

    page = client_of.get(f"/settings/calendars/{Calendar.objects.get().pk}/").content.decode()
    assert "<b>Bold" not in page
    assert "<i>x" not in page
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page


def test_an_edit_makes_the_next_version_and_leaves_the_old_one(client_of: Client, support: Calendar) -> None:
    answer = client_of.post(f"/settings/calendars/{support.pk}/", filled(seen="1", **{"d4-0-to": "15:00"}))

    assert answer.status_code == 302
    assert list(support.versions.values_list("number", flat=True)) == [1, 2]
    assert support.versions.get(number=1).weekly == OFFICE
    assert support.versions.get(number=2).weekly[4] == [[540, 900]]
    assert AgentAudit.objects.filter(kind="calendar_edited").count() == 1


def test_saving_what_stands_already_makes_no_version(client_of: Client, support: Calendar) -> None:
    client_of.post(f"/settings/calendars/{support.pk}/", filled(seen="1"))

    assert support.versions.count() == 1


def test_saving_takes_up_holidays_that_the_library_has_learned_of(
    client_of: Client, support: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    danish = filled(seen="1", country="DK", country_shown="DK", categories="public")
    client_of.post(f"/settings/calendars/{support.pk}/", danish)
    client_of.post(f"/settings/calendars/{support.pk}/", danish | {"seen": "2"})
    assert support.versions.count() == 2
    known = public_holidays.names
    learned = date(date.today().year + 1, 11, 17)
    monkeypatch.setattr(
        public_holidays,
        "names",
        lambda *asked: {**known(*asked), **({learned: "New"} if learned.year in asked else {})},
    )

    client_of.post(f"/settings/calendars/{support.pk}/", danish | {"seen": "2"})

    assert learned.isoformat() in support.versions.get(number=3).holidays
    assert learned.isoformat() not in support.versions.get(number=2).holidays


def test_another_name_alone_makes_no_version(client_of: Client, support: Calendar) -> None:
    client_of.post(f"/settings/calendars/{support.pk}/", filled(seen="1", name="Helpdesk"))

    assert Calendar.objects.get().name == "Helpdesk"
    assert support.versions.count() == 1
    assert AgentAudit.objects.get(kind="calendar_renamed").data == {"from": "Support"}


def test_whoever_looked_at_an_older_version_is_told_and_overwrites_nothing(
    client_of: Client, support: Calendar
) -> None:
    client_of.post(f"/settings/calendars/{support.pk}/", filled(seen="1", **{"d4-0-to": "15:00"}))

    answer = client_of.post(f"/settings/calendars/{support.pk}/", filled(seen="1", **{"d4-0-to": "16:00"}))

    assert answer.status_code == 422
    assert "Somebody else changed these hours" in answer.content.decode()
    assert support.versions.count() == 2


def test_hours_by_which_something_is_promised_are_weighed_before_they_hold(
    client_of: Client, support: Calendar
) -> None:
    promise_by(support)

    answer = client_of.post(f"/settings/calendars/{support.pk}/", filled(seen="1", **{"d4-0-to": "15:00"}))

    change = SlaRevision.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/settings/sla/changes/{change.pk}/"
    assert change.proposal["weekly"][4] == [[540, 900]]
    assert support.versions.count() == 1


def test_a_calendar_is_archived_and_taken_back(client_of: Client, support: Calendar) -> None:
    client_of.post(f"/settings/calendars/{support.pk}/archive/")
    assert not Calendar.objects.active().exists()
    assert "Archived" in client_of.get("/settings/calendars/").content.decode()

    client_of.post(f"/settings/calendars/{support.pk}/archive/", {"back": "1"})

    assert Calendar.objects.active().get() == support
    kinds = AgentAudit.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["calendar_archived", "calendar_unarchived"]


def test_a_calendar_that_an_active_policy_promises_by_cannot_be_archived(client_of: Client, support: Calendar) -> None:
    promise_by(support)

    page = client_of.post(f"/settings/calendars/{support.pk}/archive/", follow=True).content.decode()

    assert "The policy Gold promises by these hours" in page
    assert Calendar.objects.active().get() == support


def test_only_those_who_manage_promises_see_the_hours(leo: Agent, support: Calendar) -> None:
    client = Client()
    client.force_login(leo)

    assert client.get("/settings/calendars/").status_code == 403
    assert client.post(f"/settings/calendars/{support.pk}/", filled(seen="1", zone="Asia/Tokyo")).status_code == 403
    assert support.versions.count() == 1


@pytest.mark.parametrize("many", [1, 25])
def test_the_list_takes_as_many_statements_for_one_calendar_as_for_many(client_of: Client, many: int) -> None:
    for number in range(many):
        calendar = Calendar.objects.create(name=f"Support {number}")
        CalendarVersion.objects.create(calendar=calendar, number=1, zone="Europe/Oslo", weekly=OFFICE)

    with CaptureQueriesContext(connection) as asked:
        client_of.get("/settings/calendars/")

    ours = [query["sql"] for query in asked if "sla_" in query["sql"]]
    assert len(ours) == 3
    assert len(asked) == 6, "\n".join(query["sql"][:160] for query in asked)


@pytest.mark.parametrize("many", [1, 9])
def test_the_page_of_a_calendar_takes_as_many_statements_for_one_version_as_for_many(
    client_of: Client, support: Calendar, many: int
) -> None:
    for number in range(2, many + 1):
        CalendarVersion.objects.create(calendar=support, number=number, zone="Europe/Oslo", weekly=OFFICE)

    with CaptureQueriesContext(connection) as asked:
        client_of.get(f"/settings/calendars/{support.pk}/")

    assert len([query for query in asked if "sla_" in query["sql"]]) == 4
