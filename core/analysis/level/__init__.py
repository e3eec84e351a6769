"""Loudness, peaks and dynamics: Frames to values."""
