"""`make bench`: how long the analysis takes, against ffmpeg and against the usual librosa script, in one run."""
