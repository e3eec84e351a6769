"""Files to give to the command line, made once a run."""

from pathlib import Path

import numpy as np
import pytest

from tests.support.audio.demo_track import demo_track, write_wav
from tests.support.audio.tracks import clean_mp3, faulty_mp3
from tests.support.processes.command_line import prepare_data_dir


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_data_dir(tmp_path_factory.mktemp("cli"))


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a track, its clean twin, and files that are not tracks."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "faulty.mp3").write_bytes(faulty_mp3())
    (folder / "clean.mp3").write_bytes(clean_mp3())
    (folder / "notes.mp3").write_text("not audio at all, although its name says so\n" * 100)
    (folder / "empty.wav").write_bytes(b"")
    track = demo_track()
    rate = track.sample_rate_hz
    wav = write_wav(track.samples[:, 30 * rate : 42 * rate], rate)
    (folder / "whole.wav").write_bytes(wav)
    (folder / "cut.wav").write_bytes(wav[: len(wav) // 2])
    (folder / "silent.wav").write_bytes(write_wav(track.samples[:, : 5 * rate] * 0.0, rate))
    (folder / "short.wav").write_bytes(write_wav(track.samples[:, 30 * rate : 30 * rate + rate // 5], rate))
    loud = np.clip(4.0 * track.samples[:, 30 * rate : 42 * rate], -0.9, 0.9)
    (folder / "clipped.wav").write_bytes(write_wav(loud, rate))
    return folder
