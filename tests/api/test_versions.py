"""If-Match: who writes over something that has changed since is told so, at every resource that can be changed."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("things", ["organizations", "teams", "views"])
def test_who_read_an_old_version_is_refused(otto_program, things):
    """L03."""
    asks = {"query": "is:open"} if things == "views" else {}
    made = otto_program.send(f"/api/v1/{things}/", {"name": "First", **asks})
    url = f"/api/v1/{things}/{made.json()['id']}/"
    assert otto_program.get(url)["ETag"] == made["ETag"]
    done = otto_program.send(url, {"name": "Second"}, "PATCH", **{"If-Match": made["ETag"]})
    assert (done.status_code, done["ETag"]) == (200, otto_program.get(url)["ETag"])

    answer = otto_program.send(url, {"name": "Third"}, "PATCH", **{"If-Match": made["ETag"]})

    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert otto_program.get(url).json()["name"] == "Second"
    assert otto_program.send(url, {"name": "Third"}, "PATCH").status_code == 200
