"""An invented company with a past, so that a new install has something true to show."""
