"""Macros: steps and words that agents keep under a name, and apply to tickets as one gesture."""
