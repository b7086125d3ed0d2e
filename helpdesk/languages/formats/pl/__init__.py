"""How Polish writes days."""
