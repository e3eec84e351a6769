"""From a file to a review; used by the bot and the command line."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.advice import Meter, Writer
from core.analysis.level.encoded_passages import EncodedPeak, loudest_passages
from core.analysis.measurements import Analysis
from core.audio.source import SHORTEST_MEASURED_S, DecodeLimits
from core.diagnosis import compare_references, diagnose
from core.diagnosis.findings import Diagnosis, Finding
from core.exports import ReportDocument
from core.knowledge.genres import genre_table
from core.review import Brief, Review
from core.rules.genre_tempo import in_genre
from core.service.limits import Limits
from core.service.worker_tasks import drawing, encoding, measuring
from core.targets.named import NamedTarget, compare_with_target
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
    """A review and the brief it was written from."""

    brief: Brief
    review: Review


class Pipeline:
    """Measures in child processes, diagnoses in this one (which takes milliseconds), writes with or without a model."""

    def __init__(self, workers: Workers, writer: Writer, limits: Limits) -> None:
        self._workers = workers
        self.writer = writer
        self._limits = limits

    async def measure(self, path: Path, *, figures_only: bool = False) -> measuring.Measured:
        """Decode and measure one file.

        Args:
            path: the file.
            figures_only: no review follows, so surround and files of a few tenths of a second are measured as well.

        Raises:
            InputError: the file cannot be analysed, or decoding it made the worker process die.
            DependencyError: a worker process failed, or the two loudness meters differ.
        """
        limits = DecodeLimits(max_bytes=self._limits.max_upload_bytes, max_duration_s=self._limits.max_duration_s)
        if figures_only:
            limits = replace(limits, min_duration_s=SHORTEST_MEASURED_S, surround=True)
        try:
            result = await self._workers.run(measuring.measure, str(path), limits, wall_s=self._limits.analysis_wall_s)
        except WorkerDiedError as error:
            raise InputError(InputCode.DECODER_FAILED, cause=str(error.facts.get("cause", "crash"))) from error
        except DependencyError as error:
            _tell_operator(error)
            raise
        return measuring.unpack_measured(result)

    async def encoded_peaks(self, path: Path, analysis: Analysis, request: ReviewRequest) -> tuple[EncodedPeak, ...]:
        """Peaks of the loudest passages of a master after encoding; empty for other types of review.

        Only masters are delivered to stores. If the encoders fail, the result is empty, so that the review still works.
        """
        # surround is delivered in formats that these encoders do not cover
        if request.type is not ReviewType.MASTER or analysis.source.channels > STEREO:
            return ()
        limits = DecodeLimits(max_bytes=self._limits.max_upload_bytes, max_duration_s=self._limits.max_duration_s)
        job, passages = encoding.measure_encoded_peaks, loudest_passages(analysis)
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
        earlier: Analysis | None = None,
        encoded: Sequence[EncodedPeak] = (),
        further_references: Sequence[Analysis] = (),
    ) -> Diagnosis:
        """The diagnosis; with further references, also the range over all of them (`compare_references`)."""
        genre = genre_table().get(request.genre_id)
        analysis = in_genre(analysis, genre)
        found = diagnose(
            analysis, genre, request, reference=reference, previous=previous, earlier=earlier, encoded=encoded
        )
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
        earlier: Analysis | None = None,
        encoded: Sequence[EncodedPeak] = (),
        further_references: Sequence[Analysis] = (),
        target: NamedTarget | None = None,
        meter: Meter | None = None,
        ideas: bool = True,
    ) -> Reviewed:
        """Diagnose and write. With several references, the text is about the first one, the range is over all.

        `ideas`: whether a model's own ideas are wanted, each under its label.
        """
        diagnosis = self.diagnose(
            request,
            analysis,
            reference=reference,
            previous=previous,
            earlier=earlier,
            encoded=encoded,
            further_references=further_references,
        )
        compared = compare_with_target(analysis, target, request.type) if target is not None else None
        genre = genre_table().get(request.genre_id)
        brief = Brief(
            request=request,
            genre=genre,
            analysis=in_genre(analysis, genre),
            diagnosis=diagnosis,
            reference=reference,
            target=compared,
        )
        return Reviewed(brief, await self.writer.review(brief, meter=meter, ideas=ideas))

    async def report(self, document: ReportDocument) -> bytes:
        """Render the PDF of a review."""
        return await self._workers.run(drawing.draw_report, to_json(document), wall_s=self._limits.report_wall_s)

    async def charts(self, document: ReportDocument) -> dict[str, bytes]:
        """Render the charts of a review: file name → PNG file."""
        result = await self._workers.run(drawing.draw_charts, to_json(document), wall_s=self._limits.report_wall_s)
        return drawing.unpack_charts(result)


def _tell_operator(error: DependencyError) -> None:
    """Log both values if the two loudness meters differ: the only sign of a fault in compiled code."""
    if error.code is DependencyCode.SECOND_METER:
        log.error(_METERS_DIFFER, *(error.facts.get(name) for name in ("own_lufs", "second_lufs", "at_s")))
