"""The REST API of surveys: who was asked after a ticket was solved, what became of it, and what was answered."""
