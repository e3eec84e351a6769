"""Statements: everything that may be said about a track, filled from stored values. The only source of shown words."""
