"""The query language as text: what it reads, where it says that something is wrong, and there and back again."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tickets.models import FieldDefinition
from tickets.query_keys import KEYS, field_key
from tickets.query_moments import read_bound
from tickets.query_text import FREE, LONGEST, merged, parse, to_text

TEAMS = {"billing": "1", "night shift": "2", 'the "a, b" team': "3", "mine": "4"}
AGENTS = {"ana": "1", "leo@desk.example": "2", "none": "3"}


class FixedNames:
    """Names without a database."""

    fields = (
        FieldDefinition(key="plan", label="Plan", kind="choice", choices=["Gold", "Tin, thin"]),
        FieldDefinition(key="vip", label="VIP", kind="checkbox"),
        FieldDefinition(key="seats", label="Seats", kind="number"),
        FieldDefinition(key="status", label="Order status", kind="text"),
        FieldDefinition(key="bought-on", label="Bought on", kind="date"),
    )
    keys = (*KEYS, *map(field_key, fields))
    known = {"team": TEAMS, "assignee": AGENTS, "follower": AGENTS, "requester": {}, "organization": {}}

    def key_of(self, name, said):
        return self.known[name].get(said)

    def said_of(self, name, key):
        return {number: said for said, number in self.known[name].items()}.get(key)


NAMES = FixedNames()


def read(text):
    query = parse(text, NAMES)
    assert not query.mistakes, query.mistakes
    return query.parameters


def mistakes(text):
    return [(text[one.start : one.end], one.message) for one in parse(text, NAMES).mistakes]


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("", {}),
        ("   \t\n", {}),
        ("is:open", {"is": ["open"]}),
        ("IS:Open Status:On-Hold", {"is": ["open"], "status": ["on_hold"]}),
        ('state:"on hold"', {"status": ["on_hold"]}),
        ("team:billing", {"team": ["1"]}),
        ("team:mine", {"team": ["mine"]}),
        ("team:#4", {"team": ["4"]}),
        ('team:"night shift",billing', {"team": ["2", "1"]}),
        (r'team:"the \"a, b\" team"', {"team": ["3"]}),
        ("priority:>=high", {"priority": [">=high"]}),
        ("priority>=high", {"priority": [">=high"]}),
        ("-priority:>=high", {"priority": ["<high"]}),
        ("priority:high,urgent", {"priority": ["high", "urgent"]}),
        ("assignee:me,none", {"assignee": ["me", "none"]}),
        ("-assignee:me", {"not_assignee": ["me"]}),
        ("tag:Refund tag:late -tag:vip", {"tag": ["refund", "late"], "not_tag": ["vip"]}),
        ('tier:Gold,"Trial 30" -tier:None', {"tier": ["Gold", "Trial 30"], "not_tier": ["none"]}),
        ("created>7d", {"created": [">7d"]}),
        ("created:>7D", {"created": [">7d"]}),
        ("-created>7d", {"created": ["<=7d"]}),
        ("created>=2026-01-31 created<2026-02-28", {"created": [">=2026-01-31", "<2026-02-28"]}),
        ("created:today", {"created": ["today"]}),
        ("created>=2026-01-31T10:00:00+02:00", {"created": [">=2026-01-31T08:00:00+00:00"]}),
        ("waiting>4h", {"waiting": [">4h"]}),
        ("due<2h -due>1d", {"due": ["<2h", "<=1d"]}),
        ("due:tomorrow is:due-soon", {"due": ["tomorrow"], "is": ["due_soon"]}),
        ("plan:gold", {"field_plan": ["Gold"]}),
        ('plan:"tin, thin"', {"field_plan": ["Tin, thin"]}),
        ("vip:yes seats:5", {"field_vip": ["true"], "field_seats": ["5"]}),
        ("field_status:sent bought-on:2026-01-31", {"field_status": ["sent"], "field_bought-on": ["2026-01-31"]}),
        ("refund", {"q": ["refund"]}),
        ('refund "exact words" -late', {"q": ['refund "exact words" -late']}),
        ('"is:open"', {"q": ['"is:open"']}),
        ('-"two words"', {"q": ['-"two words"']}),
        ("refund “exact words” -„two words” «is:open»", {"q": ['refund "exact words" -"two words" "is:open"']}),
        ("„zwei Wörter“ »to ord«", {"q": ['"zwei Wörter" "to ord"']}),
        ('"said “no” twice"', {"q": ['"said “no” twice"']}),
        ("team:“night shift”,billing", {"team": ["2", "1"]}),
        ('""', {}),
        ("-", {}),
        ("2>1 a<b", {"q": ["2>1 a<b"]}),
        ("refund is:open late", {"is": ["open"], "q": ["refund late"]}),
    ],
)
def test_what_is_typed_becomes_parameters(text, parameters):
    assert read(text) == parameters


def test_the_example_of_the_guide_is_read_whole():
    text = 'is:open team:billing priority:>=high assignee:me tag:refund created>7d waiting>4h "exact words"'

    assert read(text) == {
        "is": ["open"],
        "team": ["1"],
        "priority": [">=high"],
        "assignee": ["me"],
        "tag": ["refund"],
        "created": [">7d"],
        "waiting": [">4h"],
        "q": ['"exact words"'],
    }
    assert to_text(read(text), NAMES) == text


@pytest.mark.parametrize(
    ("text", "word", "says"),
    [
        ("is:open status:zz late", "zz", "“status” has no “zz”; it is one of: new, open, pending"),
        ("status:new,zz", "zz", "has no “zz”"),
        ("colour:red", "colour:red", "There is no filter “colour”"),
        ("team:nobody", "nobody", "nothing, or more than one, is called “nobody”"),
        ("team:", "team:", "Say what “team” should be"),
        ("team:>3", "team:>3", "takes no < or >"),
        ("created:7d", "7d", "created>7d (longer ago)"),
        ("created>soon", "soon", "created>7d (longer ago)"),
        ("created>999999w", "999999w", "created>7d (longer ago)"),
        ("due:2h", "2h", "due<2h (within two hours)"),
        ("created>2026-02-30", "2026-02-30", "created>7d (longer ago)"),
        ("-created:today", "-created:today", "cannot be turned round"),
        ("priority:>=high,low", "low", "only one value"),
        ('say "hello', '"hello', "not closed"),
        ('team:"billing', 'team:"billing', "not closed"),
        ("seats:many", "many", "enter a number"),
        ("plan:iron", "iron", "has no “iron”"),
        ("a\x00b", "a\x00b", "cannot be searched for"),
        ("tag:\ud800", "tag:\ud800", "cannot be searched for"),
        ('tag:"!"', '"!"', "A tag has letters"),
    ],
)
def test_a_mistake_is_told_at_its_word_and_the_rest_is_read(text, word, says):
    ((where, message),) = mistakes(text)

    assert where == word
    assert says in message


def test_what_is_right_beside_a_mistake_is_still_read():
    assert parse("is:open status:zz late", NAMES).parameters == {"is": ["open"], "q": ["late"]}


def test_a_query_is_read_up_to_its_longest_and_says_so():
    query = parse("tag:a " * 1_000 + "x" * 10_000, NAMES)

    assert [one.message.split(" has ")[0] for one in query.mistakes] == ["A query", "A query"]
    assert query.parameters == {"tag": ["a"]}
    assert query.mistakes[0].start == LONGEST


def test_the_marked_text_is_the_text_in_pieces():
    query = parse("is:open status:zz team:x", NAMES)

    assert [(piece, bool(message)) for piece, message in query.marked] == [
        ("is:open status:", False),
        ("zz", True),
        (" team:", False),
        ("x", True),
    ]


def test_wrong_values_of_an_address_are_shown_as_they_stand_so_that_they_can_be_marked():
    text = to_text({"status": ["zz"], "team": ["x'--"], "created": ["soon"], "unknown": ["1"]}, NAMES)

    assert text == "status:zz team:x'-- created:soon"
    assert len(parse(text, NAMES).mistakes) == 3


def test_names_that_mean_something_else_are_written_by_their_number():
    """A team called "mine" is not "my teams"."""
    assert to_text({"team": ["4"], "assignee": ["3"], "follower": ["77"]}, NAMES) == "team:#4 assignee:#3 follower:#77"
    assert read("team:#4 assignee:#3 follower:#77") == {"team": ["4"], "assignee": ["3"], "follower": ["77"]}


def test_sets_of_parameters_join_without_repeating_a_value():
    joined = merged({"is": ["open"], "q": ["late"]}, {"is": ["open"], "tag": ["a"], "q": ['"x y"']})

    assert joined == {"is": ["open"], "q": ['late "x y"'], "tag": ["a"]}


CHARACTERS = [" ", "  ", "\t", "\x00", "\u2028", "\ud800", "\u0661", '"', "“", "”", "„", "»", ",", "\\", ":", "-"]
PIECES = st.sampled_from(
    CHARACTERS
    + "is open team billing priority >= > < <= high created 7d waiting 4h 2026-01-31 tag x plan Gold # 4 é 🔥".split()
    + "status seats 5 me none".split()
)
ANYTHING = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join))


@settings(max_examples=200, deadline=None)
@given(ANYTHING)
@example('"' * 10_000)
@example('team:"' + "\\" * 9_999)
@example("-" * 5_000)
@example("," * 3_000 + ":")
@example("tag:" + "," * 1_990 + "a")
def test_no_text_is_too_strange_to_be_read(text):
    query = parse(text, NAMES)

    assert "".join(piece for piece, _message in query.marked) == text
    for mistake in query.mistakes:
        assert 0 <= mistake.start <= mistake.end <= len(text)
        assert mistake.message


@settings(max_examples=200, deadline=None)
@given(ANYTHING)
def test_what_was_read_can_be_written_and_read_again(text):
    parameters = parse(text, NAMES).parameters

    again = parse(to_text(parameters, NAMES), NAMES)

    assert again.parameters == parameters
    assert not again.mistakes


def _sets():
    some = {}
    for key in NAMES.keys:
        values = {
            "choice": st.sampled_from([slug for slug, _label in key.choices] or [""]),
            "ranked": st.builds(
                str.__add__, st.sampled_from(["", ">", ">=", "<", "<="]), st.sampled_from(["low", "high"])
            ),
            "named": st.sampled_from(["1", "2", "3", "4", "5", *dict(key.specials)]),
            "tag": st.text("abcæøå0123456789:./+&'", min_size=1, max_size=20),
            "text": st.sampled_from(["Gold", "Trial 30+", *dict(key.specials)]),
            "moment": st.builds(
                str.__add__, st.sampled_from([">", "<="]), st.sampled_from(["7d", "90m", "2026-01-31"])
            ),
            "field": {
                "plan": st.sampled_from(["Gold", "Tin, thin"]),
                "vip": st.sampled_from(["true", "false"]),
                "seats": st.integers(-(10**9), 10**9).map(str),
                "bought-on": st.dates().map(str),
            }.get(
                key.definition.key if key.definition else "",
                st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20),
            ),
        }[key.kind]
        name = st.just(key.name) if key.kind == "moment" else st.sampled_from([key.name, f"not_{key.name}"])
        some[key.name] = st.tuples(name, st.lists(values, min_size=1, max_size=3, unique=True))
    return st.lists(st.sampled_from(sorted(some)), unique=True).flatmap(
        lambda chosen: st.tuples(*(some[one] for one in chosen)).map(dict)
    )


@settings(max_examples=150, deadline=None)
@given(_sets())
def test_parameters_can_be_written_as_text_and_come_back(parameters):
    # Ranges of a rank stand before its single values in text, and cannot be turned round twice.
    for name in ("priority", "not_priority"):
        if name in parameters:
            compared = [value for value in parameters[name] if value[0] in "<>"]
            plain = [value for value in parameters[name] if value[0] not in "<>"]
            parameters[name] = plain if name.startswith("not_") else compared + plain
    parameters = {name: values for name, values in parameters.items() if values}

    assert parse(to_text(parameters, NAMES), NAMES).parameters == parameters


def test_free_words_come_back_as_they_were_typed():
    assert parse(to_text({FREE: ['late "x y" -z']}, NAMES), NAMES).parameters == {FREE: ['late "x y" -z']}


@pytest.mark.parametrize(
    "bound", ["", ">", "7d", ">7", ">7y", "><7d", "=7d", ">-7d", ">0001-01-01", ">9999-12-31", ">1e3d"]
)
def test_what_is_no_moment_is_none(bound):
    assert read_bound(bound) is None
