"""Samples in, tables out: the only part of the analysis that sees audio."""
