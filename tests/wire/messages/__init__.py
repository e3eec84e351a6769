"""Messages in threads, channels and direct messages."""
