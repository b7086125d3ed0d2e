"""The REST API of tickets and what hangs on them: the same gates and Actions as the pages, told in JSON."""
