"""Uploaded files on disk, and the rows that say whose they are and until when."""
