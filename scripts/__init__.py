"""Programs of the Makefile; importable so that tests start the same servers."""
