"""docs/security-cases.md names a test for each security case, or says why not; this keeps it true."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
TABLE = TESTS.parent / "docs" / "security-cases.md"
COUNTS = {"A": 12, "B": 10, "C": 11, "D": 12, "G": 7, "K": 6, "Fault F": 17}
CASES = [f"{section}{number:02}" for section, count in COUNTS.items() for number in range(1, count + 1)]
CASES += ["Fault F25", "Fault F26", "Fault F43"]


def rows() -> dict[str, str]:
    """The last cell of each row, by its case."""
    found = re.findall(r"^\| ((?:Fault )?[A-M]\d\d) \|(.*)\|$", TABLE.read_text(), re.MULTILINE)
    assert len(found) == len(dict(found)), "a case stands in two rows"
    return {case: cells.rsplit("|", 1)[-1].strip() for case, cells in found}


ROWS = rows()


@cache
def docstrings(path: str) -> dict[str, str]:
    """What each function of a test file says of itself."""
    tree = ast.parse((TESTS / path).read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {function.name: ast.get_docstring(function) or "" for function in functions}


def test_no_case_is_left_out():
    assert [case for case in CASES if case not in ROWS] == []


@pytest.mark.parametrize("case", ROWS)
def test_each_named_test_is_there_and_names_its_case(case):
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", ROWS[case])
    named_so = re.compile(rf"(?<!Fault ){case}\b")

    assert named or re.fullmatch(r"— [A-Z].{10,}\.", ROWS[case]), "neither a test nor a reason"
    for path, function in named:
        assert (TESTS / path).is_file(), path
        assert function in docstrings(path), f"{path}::{function}"
        assert named_so.search(docstrings(path)[function]), f"{path}::{function} does not name {case}"
