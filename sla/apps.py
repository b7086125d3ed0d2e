"""Registers the promises about time: calendars, policies, clocks and escalations."""

from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "sla"
