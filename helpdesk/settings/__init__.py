"""What an install may choose, read once from the environment: base for every run, test for the suite."""
