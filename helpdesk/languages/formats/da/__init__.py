"""How Danish writes days."""
