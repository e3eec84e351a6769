"""`earshot target`: measures several tracks and keeps only percentiles over all of them."""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.commands import measure_file, status
from bot.cli.documents import print_json
from bot.cli.inputs import check_readable
from bot.cli.names import shown_name, shown_path
from bot.settings import Settings
from bot.shared_parts import open_pipeline
from core.analysis.measurements import Analysis
from core.targets.files import target_document
from core.targets.named import TARGET_TRACKS_MIN, NamedTarget, make_target
from core.targets.words import usual_rows
from core.text.error_sentences import say
from core.text.language import worded
from core.values.errors import InputError, UsageCode, UsageError


@dataclass(frozen=True, slots=True)
class TargetOrder:
    """The arguments of `earshot target`; `name` is already cleaned."""

    files: tuple[Path, ...]
    name: str
    out: Path
    genre_id: str | None = None


async def make_target_file(settings: Settings, order: TargetOrder, *, as_json: bool) -> bool:
    """Measure the tracks, write the target and print it; a track that fails is reported and left out.

    Returns:
        Whether all tracks could be measured. The target is written from the others if they are enough.

    Raises:
        UsageError: `out` cannot be written; too few different tracks.
    """
    _check_writable(order.out)
    files = tuple(_different(order.files))
    if len(files) < TARGET_TRACKS_MIN:
        raise UsageError(UsageCode.TOO_FEW_TRACKS, given=len(files), least=TARGET_TRACKS_MIN)
    analyses = await _measured(settings, files)
    try:
        named = make_target(order.name, analyses, order.genre_id)
    except UsageError as error:
        # not a wrong use: enough tracks were given, but too few could be measured
        print(say(error), file=sys.stderr)
        return False
    _write(order.out, named)
    if as_json:
        print_json(target_document(named))
    else:
        print_target(named)
        print(f"\nWritten to {shown_path(order.out)}")
    return len(analyses) == len(files)


async def _measured(settings: Settings, files: Sequence[Path]) -> list[Analysis]:
    console = Console(stderr=True)
    analyses = []
    async with open_pipeline(settings) as pipeline:
        for number, path in enumerate(files, start=1):
            try:
                with status(console, f"Measuring {shown_name(path)} ({number} of {len(files)})"):
                    analyses.append((await measure_file(pipeline, path)).analysis)
            except InputError as error:
                print(f"{shown_path(path)}: {say(error)}", file=sys.stderr)
    return analyses


def _different(files: Sequence[Path]) -> Iterator[Path]:
    """The files without copies of the same content: five copies of a track would make a target of one track."""
    known: set[bytes] = set()
    for path in files:
        content = _content(path)
        if content in known:
            print(f"{shown_path(path)}: the same as one before, so it counts once.", file=sys.stderr)
            continue
        known.add(content)
        yield path


def _content(path: Path) -> bytes:
    """SHA-256 of a file; its path where it cannot be read, which is reported when it is measured."""
    try:
        check_readable(path)
    except InputError:
        return os.fsencode(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _check_writable(path: Path) -> None:
    """Check that a file can be written, before minutes of measuring.

    Raises:
        UsageError: FILE_UNWRITABLE.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        with tempfile.TemporaryFile(dir=path.absolute().parent):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


def _write(path: Path, named: NamedTarget) -> None:
    """Write the target in one step: after a failure the earlier file is still there."""
    text = json.dumps(target_document(named), indent=2, ensure_ascii=False, allow_nan=False)
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(f"{text}\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(UsageCode.FILE_UNWRITABLE, file=shown_path(path), cause=error.strerror or "error")


def print_target(named: NamedTarget) -> None:
    """Print what is usual among the tracks, measure by measure."""
    console = Console()
    title = f"{named.name}: what is usual among {named.target.tracks} tracks"
    table = Table(title=Text(title), title_justify="left", box=None, padding=(0, 2))
    table.add_column("")
    for heading in ("usual from", "middle", "to"):
        table.add_column(heading, justify="right", no_wrap=True)
    for measure, unit, low, middle, high in usual_rows(named.target.measures):
        table.add_row(f"{measure}, {unit}", low, middle, high)
    console.print(table)
    console.print(Text(worded("target.usual"), style="dim"))
