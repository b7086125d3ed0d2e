"""How fast the helpdesk is, measured against what its database and its framework allow."""
