"""Decoding where it really happens: in a confined child."""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from core.audio.source import DecodeLimits
from core.values.errors import InputCode, InputError
from core.workers import JobLimits, Workers
from tests.integration.decoding.decoded import decoded
from tests.integration.decoding.test_mutants import FORMATS, valid
from tests.support.audio import encoding as enc
from tests.support.audio import hostile
from tests.support.processes import jobs_for_children as jobs
from tests.support.processes.kernel_cache import KERNEL_CACHE, ROOT

MIB = 1024 * 1024


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(concurrency=2, limits=JobLimits(memory_bytes=512 * MIB, cpu_s=20, wall_s=300.0))
    yield pool
    await pool.close()


@pytest.mark.parametrize("name", FORMATS)
async def test_every_format_decodes_to_the_same_samples_under_all_protections(
    workers: Workers, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(valid(name))

    digest = await workers.run(jobs.digest_of, str(path), DecodeLimits(min_duration_s=0.0))

    assert digest == hashlib.sha256(decoded(valid(name)).samples.T.tobytes()).digest()


@pytest.mark.parametrize("name", ["text", "random", "lyrics"])
async def test_a_refusal_reaches_the_parent_as_it_was(workers: Workers, tmp_path: Path, name: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(hostile.NOT_AUDIO[name])

    with pytest.raises(InputError) as caught:
        await workers.run(jobs.digest_of, str(path), DecodeLimits())
    assert caught.value.code is InputCode.NOT_AUDIO


def tagged_wav(tag: bytes) -> bytes:
    return enc.wav(bytes(800_000), 44_100, 2, 16, before_data=enc.chunk(b"id3 ", tag))


def tagged_aiff(tag: bytes) -> bytes:
    return enc.aiff(bytes(800_000), 44_100, 2, 16, before_data=enc.chunk(b"ID3 ", tag, ">"))


@pytest.mark.parametrize("make", [tagged_wav, tagged_aiff])
async def test_a_tag_inside_a_container_that_unpacks_to_gigabytes_stays_within_the_memory_of_its_child(
    workers: Workers, tmp_path: Path, make
) -> None:
    """FFmpeg reads ID3 in RIFF and IFF chunks by itself, and unpacks it: 4 MB into 4 GB, were it not for the limit."""
    path = tmp_path / "upload"
    path.write_bytes(make(hostile.tag_bomb(200, frames=20)))

    used_kib = int(await workers.run(jobs.memory_for, str(path), DecodeLimits()))

    assert used_kib < 700 * 1024


def test_measuring_in_a_warm_child(tmp_path: Path) -> None:
    """In a fresh interpreter, for a process has one fork server: it is warm, and a job loads nothing that compiles.

    A module that caches compiled kernels asks for a writable folder when it is imported, which a job does not have.
    """
    samples = (hostile.tone(8.0) * 20_000).astype(np.int64)
    for name, data in (
        ("stereo.wav", enc.wav(enc.pcm_bytes(samples, 16), 44_100, 2, 16)),
        ("mono.wav", enc.wav(enc.pcm_bytes(samples[:1], 16), 48_000, 1, 16)),
        ("song.mp3", hostile.mp3(8.0)),
        ("silent.wav", enc.wav(bytes(4 * 44_100 * 8), 44_100, 2, 16)),
    ):
        (tmp_path / name).write_bytes(data)
    script = f"""
import asyncio, json
from pathlib import Path
from core.audio.source import DecodeLimits
from core.values.errors import InputError
from core.service.worker_tasks import measuring as tasks
from core.workers import Workers
from tests.support.processes import jobs_for_children as jobs

async def main():
    warm_up = ("core.service.worker_tasks.measuring:warm_up",)
    workers = Workers(concurrency=1, warm_up=warm_up, cache_dir=Path({str(KERNEL_CACHE)!r}))
    await workers.start()
    found = {{}}
    for name in ("stereo.wav", "mono.wav", "song.mp3"):
        loaded = await workers.run(jobs.newly_loaded, {str(tmp_path)!r} + "/" + name, DecodeLimits())
        found[name] = loaded.decode().split()
    result = await workers.run(tasks.measure, {str(tmp_path / "stereo.wav")!r}, DecodeLimits())
    found["rate"] = tasks.unpack_measured(result).analysis.source.sample_rate_hz
    try:
        await workers.run(tasks.measure, {str(tmp_path / "silent.wav")!r}, DecodeLimits())
    except InputError as error:
        found["silent"] = error.code.value
    print(json.dumps(found))
    await workers.close()

asyncio.run(main())
"""
    found = json.loads(_printed_by(script))

    assert found.pop("rate") == 44_100
    assert found.pop("silent") == "silent"
    compiled = [
        (name, module)
        for name, modules in found.items()
        for module in modules
        if module.startswith(("librosa", "numba", "pyloudnorm", "scipy", "core"))
    ]
    assert compiled == []


MEASURED_ONCE = """
import asyncio, sys
from pathlib import Path
from core.audio.source import DecodeLimits
from core.service.worker_tasks import measuring as tasks
from core.workers import Workers

async def main(song, cache):
    warm_up = ("core.service.worker_tasks.measuring:warm_up",)
    workers = Workers(concurrency=1, warm_up=warm_up, cache_dir=Path(cache))
    await workers.start()
    analysis = tasks.unpack_measured(await workers.run(tasks.measure, song, DecodeLimits())).analysis
    print(analysis.transients.onset_rate_hz)
    await workers.close()

asyncio.run(main(*sys.argv[1:]))
"""


def _measures_once(cache: Path, song: Path) -> None:
    # a click each half second, but none at the start
    assert float(_printed_by(MEASURED_ONCE, str(song), str(cache))) == pytest.approx(15 / 8, abs=0.01)


def _printed_by(script: str, *arguments: str) -> str:
    """What a script prints in a process of its own; it must end well."""
    finished = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script, *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    clicks = np.zeros((2, 8 * 44_100), np.int64)
    clicks[:, 22_050::22_050] = 20_000
    path.write_bytes(enc.wav(enc.pcm_bytes(clicks, 16), 44_100, 2, 16))
    return path


def test_a_confined_child_measures_with_no_machine_code_on_disk(tmp_path: Path, song: Path) -> None:
    """The warm-up compiles everything, librosa's functions included, for the child may write nothing."""
    cache = tmp_path / "cache"
    cache.mkdir()
    _measures_once(cache, song)
    assert any("peak_pick" in index.name for index in cache.rglob("*.nbi"))


@pytest.mark.wide
@pytest.mark.parametrize("damage", [b"", b"garbage"])
def test_a_confined_child_measures_with_damaged_machine_code(tmp_path: Path, song: Path, damage: bytes) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(KERNEL_CACHE, cache)
    stored = list(cache.rglob("*.nbi"))
    assert any("peak_pick" in index.name for index in stored)
    for index in stored:
        index.write_bytes(damage)
    _measures_once(cache, song)


async def test_many_hostile_files_at_once_hurt_no_honest_one(workers: Workers, tmp_path: Path) -> None:
    honest = tmp_path / "honest.flac"
    honest.write_bytes(valid("flac"))
    files = [hostile.NOT_AUDIO["random"], hostile.UNSUPPORTED["tagged concat"], hostile.flac_bomb(24, 0)] * 2
    attacks = []
    for number, data in enumerate(files):
        path = tmp_path / str(number)
        path.write_bytes(data)
        attacks.append(workers.run(jobs.digest_of, str(path), DecodeLimits()))
    limits = DecodeLimits(min_duration_s=0.0)
    results = await asyncio.gather(
        *attacks, *(workers.run(jobs.digest_of, str(honest), limits) for _ in range(5)), return_exceptions=True
    )

    assert all(isinstance(result, InputError) for result in results[:-5])
    assert len(set(results[-5:])) == 1
    assert isinstance(results[-1], bytes)
