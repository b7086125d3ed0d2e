"""The REST API of what the house does by itself, and of macros."""
