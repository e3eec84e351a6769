"""Frames as bytes and back.

Layout: the magic, then one zlib stream of a 4-byte little-endian header length, the header (JSON: version, scalars,
and for each table its name, element type and shape) and the tables one after the other; those of `Frames.surround` have
names that begin with "surround.". 16-bit tables are written as differences along time, low bytes first, then high
bytes, which halves their size. Reading executes nothing: element types come from a list, sizes are checked before
memory is allocated, and the unpacked size is capped.
"""

import json
import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.bands import FINE_BANDS, FINE_BANDS_BEFORE_6, NOMINAL_THIRD_OCTAVES, top_edges_hz, ultra_edges_hz
from core.analysis.frames import Frames, ProgrammeTables
from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_CHROMA, SLOTS_PER_CHUNK, SLOTS_PER_SPECTRUM
from core.analysis.kernels.noise_bursts import BURST_COLUMNS
from core.analysis.measurements import BAND_EDGES_HZ
from core.analysis.scanning.chroma import CHROMA_BINS
from core.analysis.scanning.disturbances import SWING_COLUMNS
from core.analysis.scanning.lags import lag_count
from core.analysis.scanning.mains import MAINS_HZ, TABLE_ROWS, mains_segments
from core.analysis.scanning.onsets import FLUX_BANDS
from core.audio.layouts import SURROUND_CHANNELS
from core.values.errors import InputCode, InputError

MAGIC = b"EARSHOT-FRAMES\n"

VERSION = 6
"""Version of the layout: changes when tables change; older versions must stay readable or be refused here."""

OLDER_VERSIONS = (1, 2, 3, 4, 5)
"""Version 1 lacked the tables that have a default in `Frames`; version 2 did not tell lone clicks from
others, version 3 lacked `ess_power`, version 4 had other tables of the mains frequencies, and version 5 lacked
`plateaus`, `swings` and `blurred_tops` and had fewer bands in `fine_power`."""

CLICK_COLUMNS_BEFORE_3 = 2

GONE_TABLES = ("mains_power",)
"""Tables of older versions that are not read any more."""

MAX_UNPACKED_BYTES = 64 * 1024 * 1024
"""Largest unpacked size; an hour of audio takes 14 MB."""

TYPES: dict[str, np.dtype[Any]] = {name: np.dtype(f"<{name}") for name in ("i2", "u1", "i8", "f8")}
"""Element types a table may have."""

MAX_DIMENSIONS = 3

ATTACK_BANDS = 3

SURROUND_PREFIX = "surround."

ZLIB_LEVEL = 1
"""Compression level: level 6 takes twice as long and saves only three percent more on differences along time."""


def frames_to_bytes(frames: Frames) -> bytes:
    """`frames`, compressed; about 3 kB per second of stereo."""
    return b"".join(frame_pieces(frames))


def frame_pieces(frames: Frames) -> Iterator[bytes]:
    """Like `frames_to_bytes`, in pieces, for a writer that streams."""
    scalars: dict[str, int] = {}
    tables: list[dict[str, object]] = []
    values: list[NDArray[Any]] = []
    for name, value in _named_values(frames):
        if isinstance(value, np.ndarray):
            kind = next(kind for kind, dtype in TYPES.items() if dtype == value.dtype)
            tables.append({"name": name, "type": kind, "shape": list(value.shape)})
            values.append(value)
        else:
            scalars[name] = int(value)
    header = json.dumps({"version": VERSION, "scalars": scalars, "tables": tables}).encode()
    stream = zlib.compressobj(ZLIB_LEVEL)
    # part by part: joining the tables of an hour would take as much memory again
    yield MAGIC
    yield stream.compress(struct.pack("<I", len(header)) + header)
    for value in values:
        for part in _packed(value):
            yield stream.compress(part)
    yield stream.flush()


def frames_from_bytes(data: bytes) -> Frames:
    """Read what `frames_to_bytes` wrote.

    Args:
        data: the bytes.

    Returns:
        The frames.

    Raises:
        InputError: these are not frames, they are damaged, or of a version this program does not read.
    """
    if not data.startswith(MAGIC):
        raise InputError(InputCode.UNREADABLE, part="frames")
    unpacked = _unpacked(data[len(MAGIC) :])
    try:
        (length,) = struct.unpack_from("<I", unpacked)
        header = json.loads(unpacked[4 : 4 + length])
        frames = Frames(**_fields(header, memoryview(unpacked)[4 + length :]))
        _check(frames, complete=header["version"] == VERSION)
    except (struct.error, ValueError, TypeError, KeyError) as error:
        raise InputError(InputCode.UNREADABLE, part="frames") from error
    return frames


def _named_values(frames: Frames) -> Iterator[tuple[str, Any]]:
    """Scalars and tables with the names they are stored under; None is not stored."""
    for field in fields(Frames):
        value = getattr(frames, field.name)
        if isinstance(value, ProgrammeTables):
            yield from ((SURROUND_PREFIX + part.name, getattr(value, part.name)) for part in fields(ProgrammeTables))
        elif value is not None:
            yield field.name, value


def _unpacked(stream: bytes) -> bytes:
    decompressor = zlib.decompressobj()
    try:
        unpacked = decompressor.decompress(stream, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise InputError(InputCode.UNREADABLE, part="frames") from error
    if not decompressor.eof or decompressor.unused_data:
        raise InputError(InputCode.UNREADABLE, part="frames")
    return unpacked


def _fields(header: dict[str, Any], body: memoryview) -> dict[str, Any]:
    """Values of the fields of `Frames`; ValueError, TypeError or KeyError where the header does not fit the body."""
    if header["version"] not in {VERSION, *OLDER_VERSIONS}:
        raise ValueError(f"version {header['version']}")
    values: dict[str, Any] = {name: int(value) for name, value in header["scalars"].items()}
    start = 0
    for table in header["tables"]:
        dtype = TYPES[table["type"]]
        shape = tuple(int(size) for size in table["shape"])
        if len(shape) > MAX_DIMENSIONS or any(size < 0 for size in shape):
            raise ValueError(f"shape {shape}")
        size = math.prod(shape) * dtype.itemsize
        if start + size > len(body):
            raise ValueError("tables end early")
        values[str(table["name"])] = _table(body[start : start + size], dtype, shape)
        start += size
    if start != len(body):
        raise ValueError("bytes left over")
    for name in GONE_TABLES:
        values.pop(name, None)
    if "clicks" in values and values["clicks"].shape[1:] == (CLICK_COLUMNS_BEFORE_3,):
        values["clicks"] = np.pad(values["clicks"], ((0, 0), (0, 1)))
    surround = {name: values.pop(name) for name in list(values) if name.startswith(SURROUND_PREFIX)}
    if surround:
        values["surround"] = ProgrammeTables(
            **{name.removeprefix(SURROUND_PREFIX): surround[name] for name in surround}
        )
    return values


def _packed(table: NDArray[Any]) -> Iterator[memoryview]:
    """The bytes of a table, a part at a time."""
    if table.dtype != TYPES["i2"]:
        yield _bytes_of(table.astype(table.dtype.newbyteorder("<"), copy=False))
        return
    steps = np.empty(table.shape, "<i2")
    steps[..., :1] = table[..., :1]
    np.subtract(table[..., 1:], table[..., :-1], out=steps[..., 1:])
    halves = steps.reshape(-1).view(np.uint8)
    yield _bytes_of(halves[0::2])
    yield _bytes_of(halves[1::2])


def _bytes_of(array: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def _table(data: memoryview, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    if dtype != TYPES["i2"]:
        return np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="))
    halves = np.frombuffer(data, np.uint8).reshape(2, -1)
    steps = np.ascontiguousarray(halves.T).view("<i2").reshape(shape)
    return np.cumsum(steps, axis=-1, dtype=np.int16)


def _check(frames: Frames, *, complete: bool) -> None:
    """Raise ValueError where the shapes of the tables do not fit each other."""
    if frames.channels not in {1, 2} or frames.sample_count < 1 or not 1_000 <= frames.sample_rate_hz <= 1_000_000:
        raise ValueError("scalars out of range")
    channels, lrms = frames.channels, 4 if frames.channels == 2 else 1
    hops = -(-frames.sample_count // frames.grid.hop_samples)
    slots = -(-hops // HOPS_PER_SLOT)
    spectra, chroma = -(-slots // SLOTS_PER_SPECTRUM), -(-slots // SLOTS_PER_CHROMA)
    expected = {
        "mean": (channels,),
        "extremes": (channels, 2),
        "true_peak": (channels,),
        "true_peak_at_samples": (channels,),
        "run_counts": (channels, 3),
        "runs": (len(frames.runs), 4),
        "k_power": (channels, hops),
        "power": (lrms, slots),
        "sample_peak": (channels, slots),
        "true_peak_power": (channels, slots),
        "band_power": (lrms, len(BAND_EDGES_HZ), slots),
        "low_power": (lrms, slots),
        "sixth_octave_power": (2 * len(NOMINAL_THIRD_OCTAVES), spectra),
        "top_power": (top_edges_hz(frames.sample_rate_hz).size - 1, spectra),
        "attack_power": (ATTACK_BANDS, hops),
        "onset_flux": (FLUX_BANDS, hops),
        "chroma": (CHROMA_BINS, chroma),
        "chroma_level": (chroma,),
    }
    for name, shape in (
        expected | _newer_shapes(frames, slots, FINE_BANDS if complete else FINE_BANDS_BEFORE_6)
    ).items():
        table = getattr(frames, name)
        if table is None and not complete:
            continue
        if table is None or table.shape != shape or not np.all(np.isfinite(table)):
            raise ValueError(f"{name} does not fit")
    if frames.surround is not None:
        _check_surround(frames.surround, hops, slots)


def _check_surround(surround: ProgrammeTables, hops: int, slots: int) -> None:
    channels = len(surround.true_peak)
    expected = {
        "k_power": (1, hops),
        "extremes": (channels, 2),
        "true_peak": (channels,),
        "true_peak_at_samples": (channels,),
        "true_peak_power": (channels, slots),
        "run_counts": (channels, 3),
        "runs": (len(surround.runs), 4),
    }
    for name, shape in expected.items():
        table = getattr(surround, name)
        if channels not in SURROUND_CHANNELS or table.shape != shape or not np.all(np.isfinite(table)):
            raise ValueError(f"{SURROUND_PREFIX}{name} does not fit")


def _newer_shapes(frames: Frames, slots: int, fine_bands: int) -> dict[str, tuple[int, ...]]:
    """Shapes of the tables that version 1 lacked."""
    channels, spectra, chroma = frames.channels, -(-slots // SLOTS_PER_SPECTRUM), -(-slots // SLOTS_PER_CHROMA)
    segments = mains_segments(frames.sample_count // frames.grid.chunk_samples)
    return {
        "fine_power": (fine_bands, -(-slots // SLOTS_PER_CHUNK)),
        "ultra_power": (ultra_edges_hz(frames.sample_rate_hz).size - 1, spectra),
        "bass_pitch": (chroma,),
        "bass_level": (chroma,),
        "mains_lines": (len(MAINS_HZ), TABLE_ROWS, len(segments)),
        "lag_correlation": (lag_count(frames.grid) if channels == 2 else 0,),
        "holes": (0 if frames.holes is None else len(frames.holes), 3),
        "clicks": (0 if frames.clicks is None else len(frames.clicks), 3),
        "event_counts": (channels, 2),
        "ess_power": (2, -(-frames.sample_count // frames.grid.hop_samples)),
        "plateaus": (0 if frames.plateaus is None else len(frames.plateaus), 1 + BURST_COLUMNS),
        "blurred_tops": (0 if frames.blurred_tops is None else len(frames.blurred_tops), 4),
        "swings": (0 if frames.swings is None else len(frames.swings), SWING_COLUMNS),
    }
