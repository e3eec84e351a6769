"""Spectrum, resonances, low end and esses: Frames to values."""
