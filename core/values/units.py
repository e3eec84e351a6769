"""Constants of units that all packages use."""

MIB = 1024 * 1024
"""Bytes in a mebibyte."""

STEREO = 2
"""Channels of a stereo signal."""
