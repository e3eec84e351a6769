"""A review does without the peaks after encoding where the encoders fail."""

from pathlib import Path

import pytest

from core.advice import Writer
from core.service.file_to_review import Pipeline
from core.service.limits import Limits
from core.values.request import Detail, ReviewRequest, ReviewType
from core.workers import Workers
from tests.integration.service.conftest import measured


async def test_encoders_that_fail_leave_a_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    track = tmp_path / "track"
    track.write_bytes(b"RIFF no track")
    workers = Workers()
    pipeline = Pipeline(workers, Writer(None), Limits())

    found = await pipeline.encoded_peaks(
        track, measured(), ReviewRequest(ReviewType.MASTER, "house", None, Detail.SIMPLE)
    )
    await workers.close()

    assert found == ()
    assert "the encoders could not be tried" in caplog.text
