"""Conversations: their threads and reviews, their messages, offers, and the newest message handled per channel."""
