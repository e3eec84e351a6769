"""Jobs, outbox steps and the order in which guilds are served."""
