"""Registers the figures of the house: they read everything and own no fact about a ticket."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
