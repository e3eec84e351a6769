"""Analyses, briefs and texts that reviews are held to."""
