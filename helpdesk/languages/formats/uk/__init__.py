"""How Ukrainian writes days."""
