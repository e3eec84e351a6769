"""Frames: their steps, their bytes, and that they do not depend on how the samples came in."""

import json
import struct
import zlib
from dataclasses import fields, replace

import numpy as np
import pytest

from core.analysis.analyser import analyse
from core.analysis.frames import Frames
from core.analysis.frames_bytes import MAGIC, MAX_UNPACKED_BYTES, frames_from_bytes, frames_to_bytes
from core.analysis.grid import TimeGrid
from core.analysis.scanning.table_rows import TableRows
from core.analysis.stored_levels import to_levels, to_power
from core.values.errors import InputCode, InputError
from tests.support.audio.signals import clicks, noise, sine
from tests.support.trials.measuring import scanned, source_of

RATE_HZ = 44_100


@pytest.fixture(scope="module")
def frames() -> Frames:
    return scanned(noise(4.3, RATE_HZ, exponent=1.0) + clicks(100, 4.3, RATE_HZ), RATE_HZ)


def same(first: Frames, second: Frames) -> bool:
    pairs = [(getattr(first, field.name), getattr(second, field.name)) for field in fields(Frames)]
    return all(
        np.array_equal(one, other) and getattr(one, "dtype", int) == getattr(other, "dtype", int)
        for one, other in pairs
    )


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 37_800, 44_056, 44_100, 48_000, 50_300, 96_000, 192_000])
def test_steps_are_whole_samples_close_to_10_ms(rate_hz: int) -> None:
    grid = TimeGrid.at(rate_hz)
    assert grid.hop_s == pytest.approx(0.01, rel=0.005)
    assert grid.low_hop_samples * grid.decimation == grid.hop_samples
    assert grid.low_rate_hz >= 5_400.0


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_056, 96_000])
def test_tables_have_a_value_per_step(rate_hz: int) -> None:
    frames = scanned(noise(3.21, rate_hz), rate_hz)
    hops = -(-frames.sample_count // frames.grid.hop_samples)
    slots = -(-hops // 10)
    assert frames.k_power.shape == (2, hops)
    assert frames.onset_flux.shape == (6, hops)
    assert frames.attack_power.shape == (3, hops)
    assert frames.ess_power is not None
    assert frames.ess_power.shape == (2, hops)
    assert frames.power.shape == (4, slots)
    assert frames.band_power.shape == (4, 7, slots)
    assert frames.low_power.shape == (4, slots)
    assert frames.sample_peak.shape == frames.true_peak_power.shape == (2, slots)
    assert frames.sixth_octave_power.shape == (62, -(-slots // 5))
    assert frames.chroma.shape == (120, -(-slots // 2))
    assert frames.fine_power.shape == (208, -(-slots // 10))
    assert frames.bass_pitch.shape == frames.bass_level.shape == (-(-slots // 2),)
    assert frames.mains_lines.shape == (2, 25, 0)
    assert frames.ultra_power.shape == (28 if rate_hz == 96_000 else 0, -(-slots // 5))


def test_a_mono_file_has_one_row() -> None:
    frames = scanned(noise(3.2, RATE_HZ)[:1], RATE_HZ)
    assert frames.k_power.shape[0] == frames.power.shape[0] == frames.band_power.shape[0] == 1


@pytest.mark.parametrize("block", [1, 441, 1_000, 44_100, 10_000_000])
def test_the_size_of_the_blocks_does_not_matter(block: int) -> None:
    signal = noise(1.1, RATE_HZ)
    assert same(scanned(signal, RATE_HZ, block), scanned(signal, RATE_HZ, 4_096))


def test_what_is_read_is_what_was_written(frames: Frames) -> None:
    assert same(frames_from_bytes(frames_to_bytes(frames)), frames)


def test_a_table_grows_beyond_an_hour() -> None:
    rows, pieces = TableRows("table"), 9_000
    for index in range(pieces):
        rows.add("table", np.full((2, 3), index, np.int16))
    table = rows.joined({"table": 3 * pieces - 1})["table"]
    assert np.array_equal(table, np.tile(np.repeat(np.arange(pieces), 3)[:-1], (2, 1)))


def test_an_analysis_of_stored_frames_is_the_same(frames: Frames) -> None:
    source = source_of(noise(4.3, RATE_HZ), RATE_HZ)
    assert analyse(frames_from_bytes(frames_to_bytes(frames)), source) == analyse(frames, source)


def test_four_minutes_of_noise_stay_below_a_mebibyte(frames: Frames) -> None:
    """Noise is what packs worst. The header has the same length for every song."""
    data = frames_to_bytes(frames)
    fixed = len(packed(unpacked(data)[0], b""))
    assert fixed + (len(data) - fixed) / frames.duration_s * 240.0 < 2**20


def with_the_fine_bands_of_version_5(frames: Frames) -> Frames:
    """From 100 Hz to 10 kHz."""
    assert frames.fine_power is not None
    return replace(frames, fine_power=frames.fine_power[34:194])


def unpacked(data: bytes) -> tuple[dict[str, object], bytes]:
    body = zlib.decompress(data[len(MAGIC) :])
    (length,) = struct.unpack_from("<I", body)
    return json.loads(body[4 : 4 + length]), body[4 + length :]


def packed(header: dict[str, object], body: bytes) -> bytes:
    text = json.dumps(header).encode()
    return MAGIC + zlib.compress(struct.pack("<I", len(text)) + text + body)


def refused(data: bytes) -> bool:
    with pytest.raises(InputError) as refusal:
        frames_from_bytes(data)
    return refusal.value.code is InputCode.UNREADABLE


def test_other_bytes_are_refused(frames: Frames) -> None:
    data = frames_to_bytes(frames)
    assert refused(b"")
    assert refused(b"RIFF" + data)
    assert refused(MAGIC)
    assert refused(MAGIC + b"not zlib")
    assert refused(data[:-10])
    assert refused(data + b"more")
    assert refused(MAGIC + zlib.compress(b"\xff\xff\xff\xff{}"))
    assert refused(MAGIC + zlib.compress(b"\x02\x00\x00\x00[]"))


def test_headers_that_do_not_fit_are_refused(frames: Frames) -> None:
    header, body = unpacked(frames_to_bytes(frames))
    tables = header["tables"]
    assert isinstance(tables, list)
    assert refused(packed({**header, "version": 999}, body))
    assert refused(packed({**header, "tables": tables[:-1]}, body))
    assert refused(packed(header, body + b"\0\0"))
    assert refused(packed(header, body[:-2]))
    assert refused(packed({**header, "scalars": {}}, body))
    for wrong in ({"type": "O"}, {"shape": [10**12, 4]}, {"shape": [-1, 4]}, {"shape": [1, 1, 1, 1]}, {"name": "no"}):
        assert refused(packed({**header, "tables": [{**tables[0], **wrong}, *tables[1:]]}, body))


def test_tables_that_do_not_belong_together_are_refused(frames: Frames) -> None:
    for change in (
        {"sample_rate_hz": 48_000},
        {"sample_rate_hz": 0},
        {"channels": 1},
        {"sample_count": 5},
        {"k_power": frames.k_power[:1]},
        {"true_peak": np.array([np.nan, 0.0])},
    ):
        assert refused(frames_to_bytes(replace(frames, **change)))


def test_frames_of_version_1_are_still_read_and_analysed(frames: Frames) -> None:
    """They lack the tables behind chroma; what was measured from the others is measured still."""
    header, body = unpacked(frames_to_bytes(frames))
    names = [field.name for field in fields(Frames)]
    newer = set(names[names.index("chroma_level") + 1 :])
    old_tables, kept, start = [], [], 0
    for table in header["tables"]:
        size = int(np.prod(table["shape"])) * int(table["type"][1])
        if table["name"] not in newer:
            old_tables.append(table)
            kept.append(body[start : start + size])
        start += size
    scalars = {name: value for name, value in header["scalars"].items() if name not in newer}
    old = frames_from_bytes(packed({"version": 1, "scalars": scalars, "tables": old_tables}, b"".join(kept)))
    assert all(getattr(old, name) is None for name in newer - {"used_bits"})
    source = source_of(noise(4.3, RATE_HZ), RATE_HZ)
    before, after = analyse(old, source), analyse(frames, source)
    assert (before.loudness, before.peaks, before.rhythm) == (after.loudness, after.peaks, after.rhythm)
    assert before.faults.dropouts is None
    assert before.faults.clicks is None
    assert before.faults.hum is None
    assert before.spectrum.resonances is None
    assert before.sibilance is None
    # what is called by the version of today must have them all
    assert refused(packed({**header, "scalars": scalars, "tables": old_tables}, b"".join(kept)))


@pytest.mark.parametrize(("shape", "is_read"), [([1, 2], True), ([2], False), ([1, 1, 2], False)])
def test_clicks_of_version_2_are_of_unknown_shape(frames: Frames, shape: list[int], is_read: bool) -> None:
    """They had two columns; other shapes are refused."""
    header, body = unpacked(frames_to_bytes(with_the_fine_bands_of_version_5(frames)))
    tables, kept, start = [], [], 0
    for table in header["tables"]:
        end = start + int(np.prod(table["shape"])) * int(table["type"][1])
        if table["name"] == "clicks":
            tables.append({**table, "shape": shape})
            kept.append(np.array([0, 1_000], "<i8").tobytes())
        elif table["name"] != "ess_power":
            tables.append(table)
            kept.append(body[start:end])
        start = end
    data = packed({**header, "version": 2, "tables": tables}, b"".join(kept))
    if is_read:
        assert np.array_equal(frames_from_bytes(data).clicks, [[0, 1_000, 0]])
    else:
        assert refused(data)


@pytest.mark.parametrize(
    ("version", "missing"),
    [(3, ("ess_power", "plateaus", "swings", "blurred_tops")), (5, ("plateaus", "swings", "blurred_tops"))],
)
def test_frames_of_earlier_versions_are_still_read_and_analysed(
    frames: Frames, version: int, missing: tuple[str, ...]
) -> None:
    """Version 3 lacked four tables, version 5 three and the lowest and highest fine bands, and nothing else."""
    frames = with_the_fine_bands_of_version_5(frames)
    header, body = unpacked(frames_to_bytes(frames))
    tables = header["tables"]
    assert isinstance(tables, list)
    kept, gone = tables[: -len(missing)], tables[-len(missing) :]
    assert tuple(table["name"] for table in gone) == missing
    without = body[: len(body) - sum(int(np.prod(table["shape"])) * int(table["type"][1]) for table in gone)]
    old = frames_from_bytes(packed({**header, "version": version, "tables": kept}, without))
    assert same(old, replace(frames, **dict.fromkeys(missing)))
    source = source_of(noise(4.3, RATE_HZ), RATE_HZ)
    now, before = analyse(frames, source), analyse(old, source)
    assert before.faults == replace(now.faults, noise_bursts=None, pops=None)
    assert before == replace(now, faults=before.faults, sibilance=before.sibilance)
    assert (before.sibilance is None) == (version == 3)
    # what is called by the version of today must have them
    assert refused(packed({**header, "tables": kept}, without))


def test_frames_of_version_5_have_fewer_fine_bands(frames: Frames) -> None:
    older = with_the_fine_bands_of_version_5(frames)
    header, body = unpacked(frames_to_bytes(older))
    assert same(frames_from_bytes(packed({**header, "version": 5}, body)), older)
    assert refused(packed(header, body))


def test_a_bomb_is_not_unpacked() -> None:
    assert refused(MAGIC + zlib.compress(bytes(MAX_UNPACKED_BYTES + 1)))


def test_levels_are_exact_to_their_step() -> None:
    power = 10.0 ** np.linspace(-16.0, 16.0, 1_001)
    error_db = 10.0 * np.log10(to_power(to_levels(power)) / power)
    assert np.max(np.abs(error_db)) <= 0.0025 + 1e-9


def test_no_power_is_no_level() -> None:
    assert to_power(to_levels(np.array([0.0, 1.0, 1e-300, 1e300]))) == pytest.approx(
        [0.0, 1.0, 0.0, 10.0**16.38], rel=0.01
    )


def test_a_steady_tone_fills_every_slot_alike() -> None:
    """The ends of the file are no different from its middle."""
    frames = scanned(sine(1_000.0, 0.5, 3.45, RATE_HZ), RATE_HZ)
    mid = to_power(frames.band_power)[0, 3, : frames.whole_slots]
    assert 10.0 * np.log10(mid / 0.125) == pytest.approx(0.0, abs=0.02)
