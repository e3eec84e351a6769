"""Jobs, outbox steps, and the order in which jobs are claimed."""
