"""The REST API of promises: what is promised on a ticket and how each second was counted, and what was asked above."""
