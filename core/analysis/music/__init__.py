"""Tempo, beats, attacks, key and sections: Frames to values."""
