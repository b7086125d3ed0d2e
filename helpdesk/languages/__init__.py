"""The catalogues of translated words: filled from the sources, checked and compiled, without gettext's programs."""
