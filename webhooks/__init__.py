"""Tells other systems what happens: signed requests to addresses that admins choose, in order, until they arrive."""
