"""Outbox steps in Discord: posting, progress, and the answer that grows while it is written."""
