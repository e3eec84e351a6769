"""Analyses of the songs by formula: measured once per run, for tempo, beats, bars and sections."""

from dataclasses import replace

from core.analysis.measurements import Analysis
from tests.support.audio.arrangements import SONGS, Song, play
from tests.support.once import once
from tests.support.trials.measuring import measured

RATE_HZ = 22_050

SEED, OTHER_SEED = 5, 11
"""Of the small differences between strokes."""

OTHERS = tuple(replace(song, tempo_bpm=song.tempo_bpm * 1.07, root=song.root + 3) for song in SONGS[::2])
"""The same parts at other tempi and in other keys, with other strokes: nothing was chosen on them."""


def analysed(song: Song) -> Analysis:
    """Everything measured on a song of `SONGS` or `OTHERS`."""
    seed = OTHER_SEED if song in OTHERS else SEED
    return once(f"song {song}", lambda: measured(play(song, RATE_HZ, seed), RATE_HZ))
