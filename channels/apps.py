"""Registers how words come in and go out."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "channels"
