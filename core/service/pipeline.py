"""From a file to a review: the one path that bot and command line share."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.advice import MayCallModel, Writer
from core.analysis.measurements import Analysis
from core.audio.source import DecodeLimits
from core.diagnosis import diagnose
from core.diagnosis.findings import Diagnosis, Finding
from core.errors import InputCode, InputError
from core.exports import ReportDocument
from core.knowledge.genres import genre_table
from core.request import ReviewRequest
from core.review import Brief, Review
from core.serial import to_json
from core.service import tasks
from core.service.limits import Limits
from core.workers import WorkerDiedError, Workers


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review and what it was written from."""

    brief: Brief
    review: Review


class Pipeline:
    """Measures in child processes, diagnoses here (milliseconds), writes with or without a model."""

    def __init__(self, workers: Workers, writer: Writer, limits: Limits) -> None:
        self._workers = workers
        self.writer = writer
        self._limits = limits

    async def measure(self, path: Path, *, surround: bool = False) -> tasks.Measured:
        """Decode and measure one file; one in surround only where that is asked for.

        Raises:
            InputError: the file cannot be analysed, or it broke its decoder.
        """
        limits = DecodeLimits(
            max_bytes=self._limits.max_upload_bytes, max_duration_s=self._limits.max_duration_s, surround=surround
        )
        try:
            result = await self._workers.run(tasks.measure, str(path), limits, wall_s=self._limits.analysis_wall_s)
        except WorkerDiedError as error:
            raise InputError(InputCode.DECODER_FAILED, cause=str(error.facts.get("cause", "crash"))) from error
        return tasks.unpack_measured(result)

    @staticmethod
    def diagnose(
        request: ReviewRequest,
        analysis: Analysis,
        *,
        reference: Analysis | None = None,
        previous: Sequence[Finding] | None = None,
    ) -> Diagnosis:
        """What is wrong and what is right."""
        genre = genre_table().get(request.genre_id)
        return diagnose(analysis, genre, request, reference=reference, previous=previous)

    async def review(
        self,
        request: ReviewRequest,
        analysis: Analysis,
        *,
        reference: Analysis | None = None,
        previous: Sequence[Finding] | None = None,
        may_call_model: MayCallModel | None = None,
    ) -> Reviewed:
        """Diagnose and write."""
        diagnosis = self.diagnose(request, analysis, reference=reference, previous=previous)
        brief = Brief(request=request, analysis=analysis, diagnosis=diagnosis, reference=reference)
        return Reviewed(brief, await self.writer.review(brief, may_call_model=may_call_model))

    async def report(self, document: ReportDocument) -> bytes:
        """The PDF of a review."""
        return await self._workers.run(tasks.report, to_json(document), wall_s=self._limits.report_wall_s)

    async def charts(self, document: ReportDocument) -> dict[str, bytes]:
        """The charts of a review, by file name."""
        result = await self._workers.run(tasks.charts, to_json(document), wall_s=self._limits.report_wall_s)
        return tasks.unpack_charts(result)
