"""The REST API of agents and teams, and the door that every resource of the API stands behind."""
