"""The bell and the pages behind it."""
