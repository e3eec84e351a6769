"""Conversations: which thread is about which review, what was said there, and what was seen."""
