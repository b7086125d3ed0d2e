"""Wiring only: settings, URLs, processes. Nobody imports from here except from helpdesk.lib."""
