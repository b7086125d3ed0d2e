"""The REST API of webhooks: for programs that set up their own receiver."""
