"""Targets that people name and keep: values, their file, and how a comparison is put into words."""
