"""Measuring, reviewing and comparing without Discord: `earshot analyse`, `earshot feedback`, `earshot compare`."""

import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.cli.cohesion_table import print_cohesion
from bot.cli.documents import analysis_json, feedback_json, print_json
from bot.cli.inputs import check_readable
from bot.cli.names import shown_name, shown_path, shown_stem
from bot.cli.printing import print_analysis, print_review
from bot.settings import Settings
from bot.shared_parts import WARM_UP, WARM_UP_REPORTS, open_pipeline
from core.analysis.measurements import Analysis
from core.diagnosis.comparing.record import cohesion
from core.diagnosis.findings import Finding
from core.exports.document import report_document
from core.service.file_to_review import Pipeline, Reviewed
from core.targets.files import FILE_MAX_BYTES, read_target
from core.targets.named import NamedTarget
from core.text.error_sentences import say
from core.values.errors import InputError, UsageCode, UsageError, about_reference
from core.values.request import ReviewRequest
from core.values.serial import to_builtins

REPORT_FILE = "report.pdf"
REVIEW_FILE = "review.json"


@dataclass(frozen=True, slots=True)
class FeedbackFiles:
    """The files of `earshot feedback`; the words of the review are about the first reference."""

    track: Path
    references: tuple[Path, ...] = ()
    previous: Path | None = None
    target: Path | None = None


async def analyse_files(settings: Settings, files: Sequence[Path], *, as_json: bool) -> bool:
    """Measure each file and print the result; a file that fails is reported, and the others are still measured.

    Returns:
        Whether all files could be measured.
    """
    console = Console(stderr=True)
    succeeded = True
    async with open_pipeline(settings) as pipeline:
        for path in files:
            try:
                with status(console, f"Measuring {shown_name(path)}"):
                    analysis = (await measure_file(pipeline, path, figures_only=True)).analysis
            except InputError as error:
                succeeded = False
                if as_json:
                    print_json({"file": shown_path(path), "error": {"code": error.code.value, "message": say(error)}})
                print(f"{shown_path(path)}: {say(error)}", file=sys.stderr)
                continue
            if as_json:
                print_json(analysis_json(path, analysis))
            else:
                print_analysis(path, analysis)
    return succeeded


async def give_feedback(
    settings: Settings,
    files: FeedbackFiles,
    request: ReviewRequest,
    *,
    as_json: bool,
    out: Path | None,
    ideas: bool = True,
) -> None:
    """Measure and diagnose a track, write and print the review, and put report and charts into `out`.

    `ideas`: whether ideas of a language model are wanted.

    Raises:
        UsageError: `out` cannot be written.
        InputError: one of the files cannot be analysed, or the target file is not a target.
        DependencyError: the worker processes failed.
    """
    # before a minute's work: a path that was misspelt
    for path in (files.track, *([files.previous] if files.previous else ())):
        check_readable(path)
    with about_reference():
        for path in files.references:
            check_readable(path)
    target = read_target_file(files.target) if files.target is not None else None
    if out is not None:
        _make_folder(out)
    console = Console(stderr=True)
    # a child process may write no font list, so the drawing code is loaded in its parent
    warm_up = (WARM_UP,) if out is None else (WARM_UP, WARM_UP_REPORTS)
    async with open_pipeline(settings, warm_up) as pipeline:
        with status(console, "Measuring"):
            track = (await measure_file(pipeline, files.track)).analysis
            with about_reference():
                references = [(await measure_file(pipeline, path)).analysis for path in files.references]
            earlier = await _earlier(pipeline, files.previous, request)
            encoded = await pipeline.encoded_peaks(files.track.absolute(), track, request)
        with status(console, "Writing"):
            reviewed = await pipeline.review(
                request,
                track,
                reference=references[0] if references else None,
                further_references=references[1:],
                previous=earlier.findings if earlier is not None else None,
                earlier=earlier.analysis if earlier is not None else None,
                encoded=encoded,
                target=target,
                ideas=ideas,
            )
        if out is not None:
            with status(console, "Rendering the report"):
                await _write_files(pipeline, files.track, reviewed, out)
    if as_json:
        print_json(feedback_json(files.track, reviewed))
    else:
        print_review(reviewed)
        if out is not None:
            print(f"\nWritten to {shown_path(out)}: {', '.join(sorted(map(shown_name, out.iterdir())))}")


async def compare_files(settings: Settings, files: Sequence[Path], *, as_json: bool) -> None:
    """Measure the tracks of a record and print how well they match, and which differ.

    Raises:
        InputError: one of the files cannot be analysed; the record cannot be judged without it.
    """
    for path in files:
        check_readable(path)
    console = Console(stderr=True)
    analyses = []
    async with open_pipeline(settings) as pipeline:
        for path in files:
            with status(console, f"Measuring {shown_name(path)}"):
                analyses.append((await measure_file(pipeline, path)).analysis)
    found = cohesion(analyses)
    if as_json:
        print_json({"files": [shown_path(path) for path in files], **to_builtins(found)})
    else:
        print_cohesion([shown_name(path) for path in files], found)


async def measure_file(pipeline: Pipeline, path: Path, *, figures_only: bool = False) -> Any:
    """Measure a local file.

    Raises:
        InputError: the file cannot be read or analysed; its fact "file" names the file.
    """
    check_readable(path)
    try:
        return await pipeline.measure(path.absolute(), figures_only=figures_only)
    except InputError as error:
        raise InputError(error.code, **{**error.facts, "file": shown_name(path)}) from error


def read_target_file(path: Path) -> NamedTarget:
    """Read a target that `earshot target` wrote.

    Raises:
        InputError: the file cannot be read, or is not a target.
    """
    check_readable(path)
    with path.open("rb") as file:
        # one byte more than a target may have shows that a file is too large
        data = file.read(FILE_MAX_BYTES + 1)
    return read_target(data)


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The version before: its measurements and what was found in it."""

    analysis: Analysis
    findings: tuple[Finding, ...]


async def _earlier(pipeline: Pipeline, path: Path | None, request: ReviewRequest) -> _Earlier | None:
    if path is None:
        return None
    analysis = (await measure_file(pipeline, path)).analysis
    encoded = await pipeline.encoded_peaks(path.absolute(), analysis, request)
    findings = pipeline.diagnose(replace(request, focus=None), analysis, encoded=encoded).findings
    return _Earlier(analysis, findings)


def _make_folder(folder: Path) -> None:
    """Make the output folder and check that it can be written, before a minute's work.

    Raises:
        UsageError: FOLDER_UNWRITABLE.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            UsageCode.FOLDER_UNWRITABLE, folder=shown_path(folder), cause=error.strerror or "error"
        ) from error


async def _write_files(pipeline: Pipeline, track: Path, reviewed: Reviewed, out: Path) -> None:
    document = report_document(
        reviewed.brief,
        reviewed.review,
        title=shown_stem(track),
        created_at=datetime.now(UTC),
    )
    (out / REPORT_FILE).write_bytes(await pipeline.report(document))
    for name, picture in (await pipeline.charts(document)).items():
        (out / name).write_bytes(picture)
    (out / REVIEW_FILE).write_text(
        json.dumps(feedback_json(track, reviewed), indent=2, ensure_ascii=False), encoding="utf-8"
    )


def status(console: Console, what: str) -> Any:
    """A context that shows what is being done; it shows nothing where output is not a terminal."""
    return console.status(Text(f"{what} …")) if console.is_terminal else nullcontext()
