"""What a job returns or raises reaches whoever asked for it, and nothing else does."""

import asyncio
import os
import struct

import pytest

from core.values.errors import (
    DependencyCode,
    DependencyError,
    EarshotError,
    InputCode,
    InputError,
    LimitCode,
    LimitError,
    NotFoundError,
    UsageCode,
    UsageError,
)
from core.workers import JobLimits, WorkerDiedError, Workers
from core.workers.fork_server import child_environment
from core.workers.pool import _Job
from tests.support.processes import jobs_for_children as jobs

RAISED = [
    (InputError, InputCode.TRUNCATED, {"duration_s": 61.5, "declared_s": 240.0}),
    (InputError, InputCode.UNSUPPORTED_FORMAT, {"found": "a “strange” file, ünïcode 🎵"}),
    (UsageError, UsageCode.UNKNOWN_GENRE, {"given": "polka", "suggestions": "House, Techno"}),
    (LimitError, LimitCode.QUEUE_FULL, {}),
    (DependencyError, DependencyCode.DATABASE, {"cause": "locked"}),
]


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 20_000], ids=["empty", "one byte", "5 MB"])
async def test_bytes_come_back_as_they_were_returned(workers: Workers, data: bytes) -> None:
    assert await workers.run(jobs.echo, data) == data


async def test_arguments_arrive(workers: Workers) -> None:
    assert await workers.run(jobs.total, 40, 2) == b"42"


@pytest.mark.parametrize(("kind", "code", "facts"), RAISED, ids=lambda value: getattr(value, "value", None))
async def test_an_error_of_ours_keeps_class_code_and_facts(
    workers: Workers, kind: type[EarshotError], code, facts
) -> None:
    with pytest.raises(EarshotError) as caught:
        await workers.run(jobs.raise_ours, kind.__name__, type(code).__name__, code.value, facts)

    assert type(caught.value) is kind
    assert caught.value.code is code
    assert caught.value.facts == facts


async def test_an_error_with_a_constructor_of_its_own_keeps_its_class(workers: Workers) -> None:
    with pytest.raises(NotFoundError) as caught:
        await workers.run(jobs.raise_not_found)

    assert caught.value.code is UsageCode.NOT_FOUND
    assert caught.value.facts == {"what": "track"}


async def test_facts_that_are_numpy_numbers_do_not_hide_the_error(workers: Workers) -> None:
    with pytest.raises(InputError) as caught:
        await workers.run(jobs.raise_with_numpy_facts)

    assert caught.value.facts == {"duration_s": 1.5, "min_s": 3}


async def test_an_error_that_a_job_cannot_have_comes_back_as_its_base(workers: Workers) -> None:
    with pytest.raises(DependencyError) as caught:
        await workers.run(jobs.raise_what_only_the_parent_knows)

    assert type(caught.value) is DependencyError


@pytest.mark.parametrize(
    ("job", "name"),
    [
        (jobs.raise_bug, "ZeroDivisionError"),
        (jobs.return_text, "TypeError"),
        (jobs.nest_deeply, "RecursionError"),
    ],
)
async def test_a_bug_is_a_failed_worker_and_its_traceback_is_logged(
    workers: Workers, caplog: pytest.LogCaptureFixture, job, name: str
) -> None:
    with pytest.raises(DependencyError) as caught:
        await workers.run(job)

    assert not isinstance(caught.value, WorkerDiedError)
    assert caught.value.code is DependencyCode.WORKER
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "Traceback" in record.getMessage()
    assert name in record.getMessage()


async def test_a_logged_traceback_cannot_steer_the_terminal(workers: Workers, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DependencyError):
        await workers.run(jobs.raise_bug)

    assert "\x1b" not in caplog.text
    assert "\r" not in caplog.text


async def test_no_more_jobs_run_at_a_time_than_was_said(workers: Workers) -> None:
    answers = await asyncio.gather(*(workers.run(jobs.busy_for, 0.15) for _ in range(6)))
    spans = [struct.unpack("dd", answer) for answer in answers]

    side_by_side = [sum(start <= moment < end for start, end in spans) for moment, _ in spans]

    assert max(side_by_side) == 2


async def test_each_job_has_a_process_of_its_own(workers: Workers) -> None:
    pids = {await workers.run(jobs.process_id) for _ in range(3)}

    assert len(pids) == 3
    assert str(os.getpid()).encode() not in pids


async def test_numeric_libraries_may_use_threads(workers: Workers) -> None:
    assert float(await workers.run(jobs.sum_in_threads)) == 4 * 200 * 200 * 50.0


@pytest.mark.parametrize("size", [1024 * 1024 - 1, 1024 * 1024])
async def test_an_answer_is_refused_from_one_byte_over_the_limit(small_workers: Workers, size: int) -> None:
    """The byte that tells the kind of an answer counts."""
    if size < 1024 * 1024:
        assert len(await small_workers.run(jobs.answer_of, size)) == size
        return
    with pytest.raises(WorkerDiedError) as caught:
        await small_workers.run(jobs.answer_of, size)
    assert caught.value.facts["cause"] == "result"


async def test_a_closed_pool_takes_no_more_jobs(workers: Workers) -> None:
    await workers.close()

    with pytest.raises(DependencyError):
        await workers.run(jobs.process_id)


async def test_a_job_may_read_the_files_its_arguments_name(workers: Workers, tmp_path) -> None:
    track = tmp_path / "track.wav"
    track.write_bytes(b"RIFF")

    assert await workers.run(jobs.attempt, "read", str(track)) == b"done"
    assert await workers.run(jobs.attempt, "read", track) == b"done"


async def test_an_argument_that_merely_looks_like_a_path_is_an_argument(workers: Workers) -> None:
    for text in ("/" + "x" * 10_000, "/a\0b", "/no/such/file", "notes"):
        assert await workers.run(jobs.repeat, text) == text.encode()


async def test_a_job_that_cannot_be_confined_does_not_run(caplog: pytest.LogCaptureFixture) -> None:
    pool = Workers(concurrency=1, limits=JobLimits(cpu_s=10**30))
    with pytest.raises(DependencyError) as caught:
        await pool.run(jobs.echo, b"it ran")
    await pool.close()

    assert not isinstance(caught.value, WorkerDiedError)  # nobody's file is to blame
    assert "setrlimit" in caplog.text


def test_a_job_that_was_cancelled_before_it_began_kills_its_child_at_once() -> None:
    job = _Job(jobs.hang, (), JobLimits(wall_s=60.0), child_environment((), None))
    job.cancel()

    with pytest.raises(WorkerDiedError) as caught:
        job.run()
    assert caught.value.facts["cause"] != "time"
