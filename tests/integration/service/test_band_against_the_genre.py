"""A band against the genre: one figure, the same in thread, report, chart, JSON, prompt and rules."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

import pytest
from pypdf import PdfReader

from bot.cli.documents import feedback_json
from core.advice.measured.measured_review import measured_review
from core.advice.statements import topics
from core.advice.statements.table import table_of
from core.analysis.measurements import BAND_EDGES_HZ, Analysis
from core.analysis.quantities import BAND_NAMES, band_name
from core.exports.charts.spectrum import genre_points, track_points
from core.exports.document import report_document
from core.knowledge.genres import genre_table
from core.review import Brief
from core.rules.curve import THIRD_OCTAVES
from core.rules.stretches import STRETCHES
from core.service.file_to_review import Reviewed
from core.service.worker_tasks.drawing import draw_report
from core.text.numbers import signed_db
from core.values.request import ReviewType
from core.values.serial import to_json
from tests.support.reviews import fixed_analyses as fixed
from tests.support.reviews.analyses import neutral, tilted
from tests.support.reviews.briefs import brief_of
from tests.support.trials.firing import whole
from tests.support.trials.trial_cache import Cache

GENRES = ("house", "hiphop_trap", "jazz", "podcast_spoken")
ANALYSES = {"master": fixed.master(), "mix": fixed.mix(), "thin": fixed.thin(), "sharp": fixed.sharp()}
CASES = [pytest.param(ANALYSES[name], genre, id=f"{name} as {genre}") for name in ANALYSES for genre in GENRES]
DOES_NOT_SHOW = re.compile(r"\s+|\u00a0")


def _plain(text: str) -> str:
    return DOES_NOT_SHOW.sub(" ", text)


def _figures(brief: Brief) -> dict[str, str]:
    """Band → the figure that the rules judge, in words, of the bands that have one."""
    known = {band: brief.band_deviation_db(band) for band in BAND_EDGES_HZ}
    return {band: _plain(signed_db(value)) for band, value in known.items() if value is not None}


def _in_thread(brief: Brief) -> dict[str, str]:
    text = " ".join(topic(brief) for topic in (topics.low_end, topics.low_mids, topics.highs))
    said = {band: re.search(rf"{re.escape(band_name(band))} stands at (\S+\sdB)", text) for band in BAND_EDGES_HZ}
    return {band: _plain(match.group(1)) for band, match in said.items() if match}


def _in_report(brief: Brief) -> dict[str, str]:
    """Read from the PDF, which is drawn from JSON as in the child process."""
    document = report_document(brief, measured_review(brief, None), title="T", created_at=datetime.now(UTC))
    pages = PdfReader(io.BytesIO(draw_report(to_json(document))), strict=True).pages
    text = _plain(" ".join(page.extract_text() for page in pages))
    rows = {
        band: re.search(rf"{BAND_NAMES[band]} {re.escape(_plain(band_name(band)))} \S+ dB ([+−±]?[\d.]+ dB)", text)
        for band in BAND_EDGES_HZ
    }
    return {band: row.group(1) for band, row in rows.items() if row}


def _in_chart(brief: Brief) -> dict[str, float]:
    """dB: the mean distance between the two lines that are drawn, over the third octaves of a band."""
    track, genre = track_points(brief), genre_points(brief)
    distances = {
        band: [track[name] - genre[name] for name in names if name in track and name in genre]
        for band, names in THIRD_OCTAVES.items()
    }
    figures = {band: fmean(values) for band, values in distances.items() if values}
    assert figures.pop("mid_500_2k") == pytest.approx(0.0, abs=1e-9)
    return figures


def _in_json(brief: Brief) -> dict[str, str]:
    contract = feedback_json(Path("track.wav"), Reviewed(brief, measured_review(brief, None)))
    return {band: _plain(signed_db(value)) for band, value in contract["bands_against_genre_db"].items()}


def _in_prompt(brief: Brief) -> dict[str, str]:
    told = {band: table_of(brief).get(f"band.{band}") for band in BAND_EDGES_HZ}
    return {band: _plain(one.text.partition(": ")[2].split(" against")[0]) for band, one in told.items() if one}


@pytest.mark.parametrize(("analysis", "genre_id"), CASES)
def test_everything_that_names_a_band_gives_the_same_figure(analysis: Analysis, genre_id: str) -> None:
    brief = brief_of(analysis, genre_id=genre_id)
    figures = _figures(brief)

    assert len(figures) >= 4
    assert _in_thread(brief) == figures
    assert _in_json(brief) == figures
    assert _in_prompt(brief) == figures
    assert _in_chart(brief) == pytest.approx({band: brief.band_deviation_db(band) for band in figures})


@pytest.mark.parametrize("genre_id", ["house", "hiphop_trap", "podcast_spoken"])
def test_the_report_gives_the_figure_of_the_thread(genre_id: str) -> None:
    brief = brief_of(fixed.master(), genre_id=genre_id)

    assert _in_report(brief) == _in_thread(brief) == _figures(brief)


@pytest.mark.parametrize("genre_id", ["house", "hiphop_trap", "jazz"])
@pytest.mark.parametrize("outside", [(), ("air_10k_20k",)], ids=["all bands inside", "one outside"])
def test_a_balance_is_praised_by_the_figures_that_are_shown(genre_id: str, outside: tuple[str, ...]) -> None:
    analysis = neutral(genre_id)
    for band in outside:
        analysis = tilted(analysis, band, 1.2 * genre_table().get(genre_id).tolerance_db[band])
    brief = brief_of(analysis, genre_id=genre_id)
    known = {band: brief.band_deviation_db(band) for band in BAND_EDGES_HZ}
    inside = [abs(v) <= brief.genre.tolerance_db[band] for band, v in known.items() if v is not None]
    praise = [strength for strength in brief.diagnosis.strengths if strength.code == "balanced_tone"]

    assert [strength.value for strength in praise] == [pytest.approx(100 * fmean(inside))]
    assert sum(inside) == len(inside) - len(outside)


def test_no_finding_names_a_band_that_has_a_figure_of_its_own() -> None:
    """The tone rules judge stretches of other widths, under names of their own; their places come from the figure."""
    assert not {stretch.words for stretch in STRETCHES.values()} & {band_name(band) for band in BAND_EDGES_HZ}


def test_a_real_master_reads_the_same_in_thread_and_report(test_audio: Path) -> None:
    """Off to Osaka as hip-hop: the thread once said +1.6 dB in 200–500 Hz where the report said −3.4 dB."""
    analysis = whole(test_audio, "km_Off_to_Osaka.mp3", Cache())
    brief = brief_of(analysis, ReviewType.MASTER, genre_id=genre_table().find("hip-hop").genre.id)
    figures = _figures(brief)

    assert figures["lowmid_200_500"] == "+1.7 dB"
    assert _in_report(brief) == _in_thread(brief) == _in_json(brief) == figures
    assert _in_chart(brief) == pytest.approx({band: brief.band_deviation_db(band) for band in figures})
