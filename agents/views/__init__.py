"""Pages about people: signing in, one's own account, teams, agents and the audit log."""
