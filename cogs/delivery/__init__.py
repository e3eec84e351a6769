"""Outbox steps in Discord: posting, progress, and answers shown while they are written."""
