"""The pages about promises and about those who look after them."""
