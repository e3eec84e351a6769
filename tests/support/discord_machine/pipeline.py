"""The pipeline of the machine: measures and prints at once, and marks every text with the track it is about.

A file says its number (`track_bytes`). Its analysis has a length of its own, and every text about it a word of its own:
whatever is shown anywhere can be traced to the track it came from.
"""

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.advice import Answer, Writer
from core.analysis.level.encoded_passages import EncodedPeak
from core.analysis.measurements import BAND_EDGES_HZ, Analysis
from core.exports import ReportDocument
from core.review import Brief, Review
from core.service.file_to_review import Pipeline
from core.service.limits import Limits
from core.service.worker_tasks.measuring import Measured
from core.values.errors import InputCode, InputError
from core.values.request import ReviewRequest
from core.values.serial import to_json
from core.workers import Workers
from tests.integration.storage.samples import analysis

FIRST_LENGTH_S = 60
"""Track 0 is a minute long, each further one a second longer."""

BROKEN = b"broken"
"""Content that cannot be measured."""

_CONTENT = re.compile(rb"track(\d+)")


def track_bytes(number: int) -> bytes:
    """A file that measures as track `number`."""
    return b"RIFF track%d " % number + bytes(64)


def track_word(number: int) -> str:
    """The word that marks what is said about a track."""
    return f"qtrack{number}q"


def number_of(measured: Analysis) -> int:
    """Which track an analysis is of."""
    return round(measured.source.duration_s) - FIRST_LENGTH_S


def measured_as(number: int) -> Analysis:
    """The analysis of a track: the stored sample with every band there is, of its own length and loudness."""
    sample = analysis(-6.0 - number % 100 / 10)
    bands = dict.fromkeys(BAND_EDGES_HZ, -8.0)
    return replace(
        sample,
        spectrum=replace(sample.spectrum, bands=bands),
        source=replace(sample.source, duration_s=float(FIRST_LENGTH_S + number)),
    )


class MarkingWriter(Writer):
    """Writes as without a model, and marks each text."""

    async def review(self, brief: Brief, **options: Any) -> Review:
        written = await super().review(brief, **options)
        return replace(written, verdict=f"{written.verdict} {track_word(number_of(brief.analysis))}")

    async def answer(self, brief: Brief, *arguments: Any, **options: Any) -> Answer:
        written = await super().answer(brief, *arguments, **options)
        return replace(written, text=f"{written.text} {track_word(number_of(brief.analysis))}")

    async def summarise(self, brief: Brief, *arguments: Any, **options: Any) -> Answer:
        written = await super().summarise(brief, *arguments, **options)
        return replace(written, text=f"{written.text} {track_word(number_of(brief.analysis))}")


class MarkingPipeline(Pipeline):
    """Diagnoses and writes as the real one does; what needs a child process is done at once."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(Workers(), MarkingWriter(None), limits)

    async def measure(self, path: Path, *, surround: bool = False) -> Measured:
        content = await asyncio.to_thread(path.read_bytes)
        found = _CONTENT.search(content)
        if found is None:
            raise InputError(InputCode.NOT_AUDIO)
        return Measured(measured_as(int(found[1])), b"frames")

    async def encoded_peaks(self, path: Path, analysis: Analysis, request: ReviewRequest) -> tuple[EncodedPeak, ...]:
        return ()

    async def report(self, document: ReportDocument) -> bytes:
        return b"%PDF-1.7 " + to_json(document)
