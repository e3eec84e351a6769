"""Events on a grid of beats, and events that only seem to be."""

import numpy as np

from core.analysis.music.beat_grid import on_beat_grid


def test_strokes_on_beats_lie_on_the_grid_and_not_all_others_do() -> None:
    generator = np.random.default_rng(1)
    strokes = np.arange(0.25, 40.0, 0.5) + generator.normal(0.0, 0.004, 80)
    others = generator.uniform(0.0, 40.0, 8)

    found = on_beat_grid(np.concatenate([strokes, others]), 120.0)

    assert found[:80].all()
    assert not found[80:].all()


def test_random_events_lie_on_no_grid() -> None:
    generator = np.random.default_rng(2)
    fired = [on_beat_grid(np.sort(generator.uniform(0.0, 60.0, 20)), 124.0).any() for _ in range(100)]

    assert np.mean(fired) <= 0.05


def test_without_a_tempo_or_events_nothing_lies_on_the_beat() -> None:
    assert not on_beat_grid(np.arange(20.0), None).any()
    assert on_beat_grid(np.zeros(0), 120.0).size == 0
