"""Technical faults of the file: Frames to values."""
