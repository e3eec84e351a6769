"""Signals and songs made for tests, how they are encoded, and other implementations that measure them."""
