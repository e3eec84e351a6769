"""Stereo image, centre and faults between channels: Frames to values."""
