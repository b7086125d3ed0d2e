"""Distributions as bars: how many lie in each fixed part of a scale, each bar the door to its tickets."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.asking import Asked
from reports.metrics import KPIS
from reports.pages.base import Chart, Series
from reports.scales import BAR_WORDS, COUNT_WORDS, counts, distribution

Words = str | Promise


def bars_of(key: str, title: Words, asked: Asked, note: Words = "") -> Chart:
    """Of durations, in the hours that the page counts in."""
    values = distribution(KPIS[key], asked.selection)
    urls = [asked.tickets(f"{key}.took-{bar}") for bar in range(len(values))]
    series = [Series(_("Values"), values, urls)]
    return Chart(f"{key}_bars", title, BAR_WORDS, series, look="bar", of=_("Took"), note=note)


def counts_of(key: str, title: Words, of: Words, asked: Asked, note: Words = "") -> Chart:
    """Of small numbers."""
    values = counts(KPIS[key], asked.selection)
    urls = [asked.tickets(f"{key}.n-{number}") for number in range(len(values))]
    series = [Series(_("Tickets"), values, urls, "teal")]
    return Chart(f"{key}_bars", title, COUNT_WORDS, series, look="bar", of=of, note=note)
