"""How Norwegian writes days."""
