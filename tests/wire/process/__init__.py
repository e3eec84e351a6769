"""Starting, stopping, crashes, outages and load."""
