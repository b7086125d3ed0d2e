"""How each language writes a day: "22 November 2026", "22. november 2026", "22 listopada 2026". Read by Django."""
