"""Pages about mail: mailboxes, the console, the local outbox."""
