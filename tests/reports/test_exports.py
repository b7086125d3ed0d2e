"""Tables and lists of tickets as files: nothing in them is a formula, and nobody gets more than they see."""

from __future__ import annotations

import csv
import io
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connections
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import strip_tags

from agents.actors import Actor
from agents.models import Membership, Team
from agents.permissions import Role
from helpdesk.lib.errors import HelpdeskError
from reports import exporting
from reports.keeping import keep
from reports.models import ExportJob
from reports.page_files import csv_of, header_of, page_file
from reports.pages import PAGES
from reports.spreadsheets import XlsxFile, csv_lines, harmless
from tests.factories import make_customer, make_ticket
from tickets.actions import AddTag

NOW = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)
EVIL = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠1",
    " =1",
    'x","=1+1',
    "x;=1+1",
    "x\t=1",
    "x'=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","look")',
)
SPAM = "0 tickets that were merged into others, 0 imported tickets, 1 ticket tagged as spam, 0 mails set aside as spam."
STARTS = tuple("=+-@\t\r＝＋－＠")


def _read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _read_xlsx(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def _content(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_no_cell_of_csv_or_xlsx_is_a_formula_and_numbers_stay_numbers():
    """G03, with the headers and the names of sheets; also where another separator cuts the line."""
    rows = [[text, -5, 0.25, None] for text in EVIL]

    lines = "".join(csv_lines(["=header", "n", "share", "none"], rows)).encode()
    file = io.BytesIO()
    book = XlsxFile(file)
    for _twice in range(2):
        book.add("=SUM(1)/[x]", ["=header", "n", "share", "none"], rows)
    book.close()

    read = _read_csv(lines)
    assert read[0] == ["'=header", "n", "share", "none"]
    assert [row[1:] for row in read[1:]] == [["-5", "0.25", ""]] * len(EVIL)
    for separator in ",;\t":
        for line in csv.reader(io.StringIO(lines.decode("utf-8-sig"), newline=""), delimiter=separator):
            for cell in line:
                number = cell.replace(".", "").lstrip("-").isdigit()
                assert number or not cell.strip(' "').startswith(STARTS), (separator, cell)
    sheet = _read_xlsx(file.getvalue()).worksheets[0]
    cells = list(sheet.iter_rows(min_row=1))
    assert [cell.value for cell in cells[0]] == ["'=header", "n", "share", "none"]
    assert {cell.data_type for row in cells[1:] for cell in row[:1]} == {"s"}
    assert not [cell.value for row in cells for cell in row[:1] if str(cell.value).startswith(STARTS)]
    assert {(row[1].value, row[1].data_type, row[2].value) for row in cells[1:]} == {(-5, "n", 0.25)}
    assert b"<f>" not in file.getvalue()
    assert [harmless(text) for text in ("Printer - on fire", "a=b", "Kim (B&O)")] == [
        "Printer - on fire",
        "a=b",
        "Kim (B&O)",
    ]


@pytest.fixture
def desk(billing, technical):
    """Three tickets of Billing, two of Technical, one of nobody, opened an hour ago; and figures told of them."""
    with time_machine.travel(NOW - timedelta(hours=1), tick=False):
        kim = make_customer("=Kim", "kim@alpha.example")
        billed = [make_ticket(kim, subject=subject, team=billing) for subject in ("=1+1", "Æble, „ö“", "Third")]
        others = [make_ticket(team=technical, subject=f"Secret {n}") for n in range(2)]
        make_ticket(kim, AddTag("spam"), subject="Win", team=billing)
        keep()
    with time_machine.travel(NOW, tick=False):
        yield {"billing": [one.pk for one in billed], "technical": [one.pk for one in others]}


def _tickets_in(client, file_format: str, query: str = "range=7d") -> list[tuple]:
    url = reverse("reports:export_tickets", args=["created", file_format])
    answer = client.get(f"{url}?{query}")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    content = _content(answer)
    if file_format == "csv":
        rows = _read_csv(content)
        assert rows[-1] == [f"Not counted in this range: {SPAM}"]
        return [tuple(row[:2]) for row in rows[1:-1]]
    beneath = [row[0] for row in _read_xlsx(content).worksheets[-1].iter_rows(values_only=True)]
    assert (beneath[1], beneath[-1]) == ("Tickets created", f"Not counted in this range: {SPAM}")
    return [(str(row[0]), row[1]) for row in _read_xlsx(content).active.iter_rows(min_row=2, values_only=True)]


def test_a_file_holds_the_tickets_that_its_reader_sees_and_no_others(client, desk, leo, otto, ana):
    """E03, E04: the same persona, the same list; a filter that names another team opens nothing."""
    for agent, keys in ((leo, desk["billing"]), (otto, desk["billing"] + desk["technical"])):
        client.force_login(agent)
        listed = client.get(f"{reverse('reports:tickets', args=['created'])}?range=7d")
        assert sorted(ticket.pk for ticket, _told in listed.context["tickets"]) == keys
        assert SPAM in strip_tags(listed.content.decode())
        for file_format in exporting.FORMATS:
            found = _tickets_in(client, file_format)
            assert [int(key) for key, _subject in found] == keys
            assert [subject for _key, subject in found[:2]] == ["'=1+1", "Æble, „ö“"]
    client.force_login(leo)
    technical = reverse("reports:export_tickets", args=["created", "csv"])
    foreign = client.get(f"{technical}?range=7d&team={Team.objects.get(name='Technical').pk}")
    assert [row for row in _read_csv(_content(foreign))[1:] if len(row) > 1] == []
    assert client.get(f"{technical}?range=nonsense").status_code == 422
    assert client.get(reverse("reports:export_tickets", args=["created", "exe"])).status_code == 404
    assert client.get(reverse("reports:export_tickets", args=["nothing", "csv"])).status_code == 404
    client.force_login(ana)
    assert client.get(technical).status_code == 403


def _in_file(value):
    return harmless(value) if isinstance(value, str) else value


def _rows_of(sheet) -> list[list]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_every_table_of_every_page_is_there_in_both_formats_as_the_reader_sees_it(client, desk, leo):
    """E03: leo's files say what leo's pages say."""
    client.force_login(leo)
    for module in PAGES:
        file = page_file(module.KEY, QueryDict("range=7d"), Actor.agent(leo), NOW)
        tables = file.tables
        whole = client.get(f"{reverse('reports:export_page', args=[module.KEY])}?range=7d")
        sheets = _read_xlsx(_content(whole)).worksheets
        assert len(sheets) == len(tables) + 1
        assert len({table.key for table in tables}) == len(tables)
        for table, sheet in zip(tables, sheets, strict=False):
            rows = [[_in_file(value) for value in row] for row in table.plain_rows]
            lines = _read_csv("".join(csv_of(table, file.notes)).encode())
            assert lines[0] == header_of(table), table.key
            assert lines[1:-1] == [["" if value is None else str(value) for value in row] for row in rows], table.key
            less = "The previous period begins before the first ticket, so there is less to compare with."
            assert lines[-1] == [f"Not counted in this range: {SPAM} {less}"]
            assert _rows_of(sheet) == [header_of(table), *rows], table.key
        # The last of them by its own address.
        url = reverse("reports:export_table", args=[module.KEY, table.key, "csv"])
        assert _read_csv(_content(client.get(f"{url}?range=7d"))) == lines
    overview = page_file("overview", QueryDict("range=7d"), Actor.agent(leo), NOW).tables[0]
    url = reverse("reports:export_table", args=["overview", overview.key, "xlsx"])
    alone = _rows_of(_read_xlsx(_content(client.get(f"{url}?range=7d"))).active)
    assert alone == [header_of(overview), *([_in_file(value) for value in row] for row in overview.plain_rows)]
    assert 3 in [cell for row in alone for cell in row]
    assert 5 not in [cell for row in alone for cell in row]
    assert client.get(reverse("reports:export_table", args=["overview", "none-such", "csv"])).status_code == 404
    assert client.get(reverse("reports:export_page", args=["none-such"])).status_code == 404


def test_a_long_list_is_written_by_a_worker_and_handed_to_its_asker_alone(client, desk, leo, otto, monkeypatch):
    """E03, E11: as seen when it was made, and only while its asker may still see as much."""
    monkeypatch.setattr(exporting, "LONG", 2)
    client.force_login(leo)
    short = reverse("reports:export_tickets", args=["created", "xlsx"])
    assert b"Write the file" in client.get(f"{short}?range=7d").content
    start = f"{reverse('reports:export_start', args=['created', 'xlsx'])}?range=7d"

    first, again = client.post(start), client.post(start)

    job = ExportJob.objects.get()
    page = reverse("reports:export", args=[job.pk])
    assert (first.url, again.url) == (page, page)
    assert b"Look again" in client.get(page).content
    assert client.get(reverse("reports:export_download", args=[job.pk])).status_code == 404
    assert exporting.write_waiting() == 1
    assert exporting.write_waiting() == 0
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert b"Download" in client.get(page, headers={"HX-Request": "true"}).content
    answer = client.get(reverse("reports:export_download", args=[job.pk]))
    rows = list(_read_xlsx(_content(answer)).active.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == desk["billing"]
    assert rows[0][1] == "'=1+1"
    client.force_login(otto)
    assert client.get(page).status_code == 404
    assert client.get(reverse("reports:export_download", args=[job.pk])).status_code == 404
    Membership.objects.filter(agent=leo).delete()
    client.force_login(leo)
    assert client.get(reverse("reports:export_download", args=[job.pk])).status_code == 404


def test_a_worker_that_dies_loses_nothing_and_one_that_wakes_up_late_spoils_nothing(desk, leo, settings):
    """Fault F30: the row is taken again when its lease is over; two whole files never stand for one job."""
    job = exporting.ask(Actor.agent(leo), leo, "created", QueryDict("range=7d"), "csv", 3)
    late = ExportJob.objects.select_related("agent").get()
    assert exporting._taken(late)  # a worker takes it, and is killed
    assert exporting.write_waiting() == 0

    with time_machine.travel(NOW + timedelta(minutes=3), tick=False):
        assert exporting.write_waiting() == 1
        with pytest.raises(exporting.Lost):
            list(exporting._told(late, iter([(1,)])))

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)
    folder = Path(settings.MEDIA_ROOT) / "exports"
    assert [path.name for path in folder.iterdir()] == [job.file_name]
    (folder / "dead.csv.part").write_bytes(b"x")
    os.utime(folder / "dead.csv.part", (time.time() - 3 * 86400,) * 2)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        exporting.prune()
    assert not list(folder.iterdir())
    assert not ExportJob.objects.exists()


def test_what_cannot_be_written_says_so_and_is_not_tried_for_ever(desk, leo):
    actor = Actor.agent(leo)
    exporting.ask(actor, leo, "created", QueryDict("range=7d"), "csv", 3)
    leo.role = Role.AGENT
    leo.save()

    assert exporting.write_waiting() == 0

    job = ExportJob.objects.get()
    assert (job.state, job.last_error, job.file_name) == ("failed", "refused", "")
    with pytest.raises(HelpdeskError) as refused:
        exporting.ask(actor, leo, "created", QueryDict("range=7d"), "csv", exporting.MOST + 1)
    assert refused.value.code == "too_long"


def test_teams_gained_while_a_file_waited_are_wanted_of_whoever_fetches_it(desk, leo, technical):
    """E11: what was seen is what counts, not what could have been seen when it was asked for."""
    exporting.ask(Actor.agent(leo), leo, "created", QueryDict("range=7d"), "csv", 3)
    gained = Membership.objects.create(agent=leo, team=technical)
    assert exporting.write_waiting() == 1
    job = ExportJob.objects.get()
    with exporting.opened(job, Actor.agent(leo)) as file:
        assert file.read()
    gained.delete()

    with pytest.raises(HelpdeskError):
        exporting.opened(job, Actor.agent(leo))


def _ask(agent, range_key="7d"):
    return exporting.ask(Actor.agent(agent), agent, "created", QueryDict(f"range={range_key}"), "csv", 3)


def test_a_file_that_the_time_limit_strikes_spoils_no_other_and_costs_no_attempt(desk, leo, monkeypatch):
    """One for each task; whoever is struck rests while the others are written, and is not begun for ever."""
    slow, other = _ask(leo), _ask(leo, "28d")

    def struck(*_given):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(exporting, "write_file", struck)
    with pytest.raises(SoftTimeLimitExceeded):
        exporting.write_waiting()
    for job in (slow, other):
        job.refresh_from_db()
        assert (job.state, job.attempts, job.done) == ("waiting", 0, 0)
    assert not list(exporting.folder().iterdir())
    monkeypatch.undo()

    assert exporting.write_waiting() == 1
    other.refresh_from_db()
    assert other.state == "done"
    assert exporting.write_waiting() == 0
    monkeypatch.setattr(exporting, "write_file", struck)
    moment = NOW
    while slow.state == "waiting":
        moment += exporting.WHEN_SLOW
        with time_machine.travel(moment, tick=False), pytest.raises(SoftTimeLimitExceeded):
            exporting.write_waiting()
        slow.refresh_from_db()
    assert (slow.state, slow.last_error) == ("failed", "slow")
    assert moment - NOW == exporting.GIVE_UP_SLOW


def test_a_file_that_waited_long_for_a_worker_is_not_given_up_at_its_first_slow_attempt(desk, leo, monkeypatch):
    job = _ask(leo)
    monkeypatch.setattr(exporting, "write_file", lambda *_given: (_ for _ in ()).throw(SoftTimeLimitExceeded))
    up_again = NOW + exporting.GIVE_UP_SLOW + timedelta(hours=1)

    for moment, state in ((up_again, "waiting"), (up_again + exporting.GIVE_UP_SLOW, "failed")):
        with time_machine.travel(moment, tick=False), pytest.raises(SoftTimeLimitExceeded):
            exporting.write_waiting()
        job.refresh_from_db()
        assert (job.state, job.begun_at) == (state, up_again)


def test_one_task_writes_one_file(desk, leo):
    """The time that a task may take is enough for one of the longest."""
    for range_key in ("7d", "28d"):
        _ask(leo, range_key)

    assert exporting.write_waiting() == 1

    assert sorted(ExportJob.objects.values_list("state", flat=True)) == ["done", "waiting"]


def test_a_second_press_finds_the_file_that_is_being_written(desk, leo):
    job = _ask(leo)
    assert exporting._taken(job)

    assert _ask(leo).pk == job.pk
    assert ExportJob.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_ask_for_one_file(leo):
    """Fault F30: on PostgreSQL they truly meet."""
    together = threading.Barrier(8)
    found = []

    def press():
        try:
            together.wait()
            found.append(_ask(leo).pk)
        finally:
            connections.close_all()

    presses = [threading.Thread(target=press) for _number in range(8)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()

    assert found == [ExportJob.objects.get().pk] * 8
