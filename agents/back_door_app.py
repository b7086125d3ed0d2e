"""Puts our own site in the place of Django's admin."""

from django.contrib.admin.apps import AdminConfig


class BackDoorConfig(AdminConfig):
    default_site = "agents.back_door.BackDoor"
