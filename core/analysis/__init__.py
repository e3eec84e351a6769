"""Measurement: samples to `Frames` (`scanning.scan`), `Frames` to `Analysis` (`analyser`)."""
