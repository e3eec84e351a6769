"""From a file to a review: the one path that bot and command line share."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.advice import Meter, Writer
from core.analysis.level.encoded_passages import EncodedPeak, loudest_passages
from core.analysis.measurements import Analysis
from core.audio.source import DecodeLimits
from core.diagnosis import compare_references, diagnose
from core.diagnosis.findings import Diagnosis, Finding
from core.exports import ReportDocument
from core.knowledge.genres import genre_table
from core.review import Brief, Review
from core.service.limits import Limits
from core.service.worker_tasks import drawing, encoding, measuring
from core.targets.named import NamedTarget, compare
from core.values.errors import DependencyCode, DependencyError, EarshotError, InputCode, InputError
from core.values.request import ReviewRequest, ReviewType
from core.values.serial import from_json, to_json
from core.values.units import STEREO
from core.workers import WorkerDiedError, Workers

log = logging.getLogger(__name__)

_METERS_DIFFER = (
    "the loudness meters differ: own %s LUFS, pyloudnorm %s LUFS in the 15 s from %s s; nothing is reviewed. "
    "Delete the folder of compiled code in the data folder and start again; if that changes nothing, report it"
)


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

    async def measure(self, path: Path, *, surround: bool = False) -> measuring.Measured:
        """Decode and measure one file; one in surround only where that is asked for.

        Raises:
            InputError: the file cannot be analysed, or it broke its decoder.
            DependencyError: a worker process failed, or the two loudness meters differ.
        """
        limits = DecodeLimits(
            max_bytes=self._limits.max_upload_bytes, max_duration_s=self._limits.max_duration_s, surround=surround
        )
        try:
            result = await self._workers.run(measuring.measure, str(path), limits, wall_s=self._limits.analysis_wall_s)
        except WorkerDiedError as error:
            raise InputError(InputCode.DECODER_FAILED, cause=str(error.facts.get("cause", "crash"))) from error
        except DependencyError as error:
            _tell_operator(error)
            raise
        return measuring.unpack_measured(result)

    async def encoded_peaks(self, path: Path, analysis: Analysis, request: ReviewRequest) -> tuple[EncodedPeak, ...]:
        """Peaks of the loudest passages after encoding; only a master is delivered, so all else costs nothing.

        A review does not fail for want of it: where the encoders do not work, it is not judged.
        """
        # surround is delivered in formats whose encoders are not tried here
        if request.type is not ReviewType.MASTER or analysis.source.channels > STEREO:
            return ()
        limits = DecodeLimits(max_bytes=self._limits.max_upload_bytes, max_duration_s=self._limits.max_duration_s)
        job, passages = encoding.encoded_peaks, loudest_passages(analysis)
        try:
            result = await self._workers.run(job, str(path), limits, passages, wall_s=self._limits.analysis_wall_s)
        except EarshotError as error:
            log.warning("the encoders could not be tried: %s", error)
            return ()
        return tuple(from_json(list[EncodedPeak], result))

    @staticmethod
    def diagnose(
        request: ReviewRequest,
        analysis: Analysis,
        *,
        reference: Analysis | None = None,
        previous: Sequence[Finding] | None = None,
        encoded: Sequence[EncodedPeak] = (),
        further_references: Sequence[Analysis] = (),
    ) -> Diagnosis:
        """What is wrong and what is right."""
        genre = genre_table().get(request.genre_id)
        found = diagnose(analysis, genre, request, reference=reference, previous=previous, encoded=encoded)
        if reference is None or not further_references:
            return found
        return replace(found, reference_range=compare_references(analysis, [reference, *further_references]))

    async def review(
        self,
        request: ReviewRequest,
        analysis: Analysis,
        *,
        reference: Analysis | None = None,
        previous: Sequence[Finding] | None = None,
        encoded: Sequence[EncodedPeak] = (),
        further_references: Sequence[Analysis] = (),
        target: NamedTarget | None = None,
        meter: Meter | None = None,
    ) -> Reviewed:
        """Diagnose and write; with several references the words are about the first, the range is over all."""
        diagnosis = self.diagnose(
            request,
            analysis,
            reference=reference,
            previous=previous,
            encoded=encoded,
            further_references=further_references,
        )
        compared = compare(analysis, target, request.type) if target is not None else None
        brief = Brief(
            request=request,
            genre=genre_table().get(request.genre_id),
            analysis=analysis,
            diagnosis=diagnosis,
            reference=reference,
            target=compared,
        )
        return Reviewed(brief, await self.writer.review(brief, meter=meter))

    async def report(self, document: ReportDocument) -> bytes:
        """The PDF of a review."""
        return await self._workers.run(drawing.report, to_json(document), wall_s=self._limits.report_wall_s)

    async def charts(self, document: ReportDocument) -> dict[str, bytes]:
        """The charts of a review, by file name."""
        result = await self._workers.run(drawing.charts, to_json(document), wall_s=self._limits.report_wall_s)
        return drawing.unpack_charts(result)


def _tell_operator(error: DependencyError) -> None:
    """Both values of meters that differ: the only sign of a fault in compiled code."""
    if error.code is DependencyCode.SECOND_METER:
        log.error(_METERS_DIFFER, *(error.facts.get(name) for name in ("own_lufs", "second_lufs", "at_s")))
