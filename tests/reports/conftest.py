"""What tests of figures share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _in_copenhagen(settings):
    """A zone with summer time, away from UTC."""
    settings.REPORTS_ZONE = "Europe/Copenhagen"
