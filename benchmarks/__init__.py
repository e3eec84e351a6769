"""`make bench`: time of the analysis compared with ffmpeg and with the usual librosa script, in one run."""
