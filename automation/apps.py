"""Registers what the house does by itself."""

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "automation"
