"""Jobs for Earshot's child processes; each returns its cost (`COST`)."""

import contextlib
import struct
import time
from pathlib import Path
from typing import Any

from core.audio.source import DecodeLimits

COST = struct.Struct("<dd")
"""Result of a job: processor seconds of all threads, and peak memory of the process in MiB."""


def whole(path: str) -> bytes:
    """The whole analysis, as `earshot analyse --json` makes it."""
    from core.service.worker_tasks.measuring import measure

    started = time.process_time()
    measure(path, _limits())
    return _cost(started)


def levels(path: str) -> bytes:
    """Loudness, peaks, dynamics, spectrum, stereo and faults; the key is needed to judge resonances."""
    from core.analysis.file.faults import measure_faults
    from core.analysis.level.dynamics import measure_dynamics
    from core.analysis.level.loudness import loudness_curves, measure_loudness
    from core.analysis.level.peaks import measure_peaks
    from core.analysis.measurements import Rhythm
    from core.analysis.music.key import measure_tonality
    from core.analysis.scanning.scan import scan
    from core.analysis.stereo.image import measure_stereo
    from core.analysis.tone.spectrum import measure_spectrum
    from core.audio.decode import open_audio

    started = time.process_time()
    with Path(path).open("rb") as file, open_audio(file, _limits()) as stream:
        frames = scan(stream.blocks(), stream.sample_rate_hz, stream.channels)
        source = stream.info()
    curves = loudness_curves(frames)
    peaks = measure_peaks(frames, source)
    measure_loudness(frames, curves)
    measure_dynamics(frames, curves, peaks)
    measure_spectrum(frames, curves, measure_tonality(frames))
    measure_stereo(frames, curves)
    measure_faults(frames, curves, Rhythm(None, None))
    return _cost(started)


def decoding(path: str) -> bytes:
    """Decoding alone."""
    from core.audio.decode import open_audio

    started = time.process_time()
    with Path(path).open("rb") as file, open_audio(file, _limits()) as stream:
        for _ in stream.blocks():
            pass
    return _cost(started)


def ffmpeg_inside(path: str) -> bytes:
    """Loudness, range and true peak by the `ebur128` filter of the FFmpeg inside PyAV, in this process."""
    import av

    started = time.process_time()
    with av.open(path) as container:
        stream = container.streams.audio[0]
        graph = av.filter.Graph()
        source, sink = graph.add_abuffer(template=stream), graph.add("abuffersink")
        meter = graph.add("ebur128", "peak=true:framelog=quiet")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        for frame in container.decode(stream):
            graph.push(frame)
            _drain(graph)
        graph.push(None)
        _drain(graph)
    return _cost(started)


def _drain(graph: Any) -> None:
    """Read and drop the sound that the filter passes on."""
    import av

    with contextlib.suppress(av.BlockingIOError, av.EOFError):
        while True:
            graph.pull()


def _limits() -> DecodeLimits:
    return DecodeLimits(max_bytes=1024**3, max_duration_s=2 * 3600.0)


def _cost(started: float) -> bytes:
    return COST.pack(time.process_time() - started, _peak_mib())


def _peak_mib() -> float:
    """VmHWM (proc(5)): the largest resident set of this process since it was forked."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
