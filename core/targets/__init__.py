"""Targets that people name and keep: their values, their file, and the words of a comparison."""
