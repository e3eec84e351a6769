"""Uploaded files on disk, and the rows with their owners and expiry times."""
