"""What was planted into real tracks, and what Earshot said of it."""
