"""Tracks and words in members' messages: the offers made of them, and their changes with the messages."""
