"""When a customer may be written to: in the daytime of their own clock, summer time and all."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from sla.calendar import BusinessTime, NoOpening, Schedule

if TYPE_CHECKING:
    from customers.models import Customer
    from surveys.models import SurveySettings


def zone_of(customer: Customer, chosen: SurveySettings) -> str:
    """The customer's zone, else their organisation's, else the one of the settings."""
    organization = customer.organization
    for name in (customer.time_zone, organization.time_zone if organization else "", chosen.time_zone):
        if name in _zones():
            return name
    return "UTC"


@cache
def _zones() -> frozenset[str]:
    """Read once: the library looks through its folders each time."""
    return frozenset(available_timezones())


def next_daytime(moment: datetime, customer: Customer, chosen: SurveySettings) -> datetime:
    """The first moment from then on at which the customer may be asked; the moment itself when they may."""
    hours = ((chosen.day_from * 60, chosen.day_until * 60),)
    if chosen.day_from >= chosen.day_until:  # refused by the form; a row from elsewhere must not stop the sweep
        hours = ((0, 1440),)
    weekend = hours if chosen.weekends else ()
    week = (*(hours for _day in range(5)), weekend, weekend)
    try:
        return BusinessTime(Schedule(zone_of(customer, chosen), week)).next_opening(moment)
    except NoOpening:
        return moment
