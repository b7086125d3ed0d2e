"""How English writes days."""
