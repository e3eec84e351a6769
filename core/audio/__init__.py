"""Uploads → blocks of samples. Everything that comes in here is hostile until it is decoded."""
