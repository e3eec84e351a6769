"""The second half of the report: charts, measurements, reference, services, conversation, glossary."""

import io

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Image, Paragraph, Table

from core.analysis.measurements import BAND_EDGES_HZ, Analysis, BandStereo, Bars
from core.analysis.quantities import (
    BANDS,
    BANDS_AT_EQUAL_LOUDNESS,
    TILT,
    Quantity,
    chosen,
    label_of_stored,
    of_band,
    quantity,
    stored_as,
    times_and_bars,
)
from core.diagnosis.comparing import reference_words
from core.diagnosis.findings import Delta, Diagnosis, PlatformEffect, ReferenceComparison
from core.diagnosis.song_places import part_name
from core.exports import palette
from core.exports.document import ReportDocument
from core.exports.labels import columns, evidence_name, moment
from core.exports.plain_text import MISSING_GLYPH, without_chat_markup
from core.exports.report import typesetting as ts
from core.exports.report.glossary import used_terms
from core.exports.report.quantity_facts import Fact, fact_groups
from core.exports.report.typesetting import Typesetter
from core.review import WrittenBy, author_of, idea_line, without_idea
from core.targets import words
from core.targets.named import MEASURES, TargetComparison
from core.text import numbers as fmt
from core.text.language import worded
from core.values.conversation import Role, Summary, Turn
from core.values.request import ReviewType

DIFFERENCES_TOLD = 4
"""Differences from a reference that are written in words above the table of all differences."""

_NO_STEREO = BandStereo(None, None, None)


HEADING_POINTS = 40.0
"""Height of a heading with the space around it, in points."""


def _image(picture: bytes) -> Image:
    width, height = ImageReader(io.BytesIO(picture)).getSize()
    return Image(io.BytesIO(picture), ts.TEXT_WIDTH, ts.TEXT_WIDTH * height / width)


def charts(pictures: dict[str, bytes]) -> list[Flowable]:
    """The charts at text width."""
    images = [_image(picture) for picture in pictures.values()]
    flowables = ts.heading(worded("report.charts"), HEADING_POINTS + images[0].drawHeight) if images else []
    for image in images:
        flowables += [image, ts.gap(7)]
    return flowables


def measurements(setter: Typesetter, document: ReportDocument) -> list[Flowable]:
    """All measurements, the seven bands and the sections."""
    analysis = document.brief.analysis
    flowables = ts.heading(worded("report.measurements"))
    flowables += [_facts_table(setter, name, facts) for name, facts in fact_groups(analysis)]
    flowables += [*_bands(setter, document), *_sections(setter, analysis)]
    return flowables


def _facts_table(setter: Typesetter, name: str, facts: tuple[Fact, ...]) -> Table:
    """The table of one topic: its name, then two facts per row."""
    cells = [cell for fact in facts for cell in (setter.paragraph(fact.label, ts.CELL_QUIET), fact.value)]
    cells += ["", ""] * (len(facts) % 2)
    rows: list[list[str | Paragraph]] = [[setter.paragraph(name, ts.GROUP), "", "", ""]]
    rows += [list(cells[at : at + 4]) for at in range(0, len(cells), 4)]
    extra = [
        ("SPAN", (0, 0), (-1, 0)),
        ("TOPPADDING", (0, 0), (-1, 0), 7),
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, HexColor(palette.INK)),
        ("NOSPLIT", (0, 0), (-1, -1)),
    ]
    return setter.table((), rows, (2.1, 2.6, 2.3, 2.6), extra)


def _bands(setter: Typesetter, document: ReportDocument) -> list[Flowable]:
    """Level, deviation from the genre's curve and stereo values of the seven bands."""
    brief, analysis = document.brief, document.brief.analysis
    if not analysis.spectrum.bands:
        return []
    stereo_picture = chosen("correlation", "side_to_mid_db", "mono_fold_loss_db")
    names = [*columns("band", "range", "level", "against_the_genre"), *(entry.short for entry in stereo_picture)]
    rows = []
    for band, level in zip(BAND_EDGES_HZ, BANDS, strict=True):
        stereo = analysis.stereo.bands.get(band, _NO_STEREO)
        rows.append(
            [
                level.short,
                level.label,
                level.written(analysis),
                fmt.signed_db(brief.band_deviation_db(band)),
                *(entry.write(of_band(entry.id, stereo)) for entry in stereo_picture),
            ]
        )
    notes = [worded("report.band_level"), worded("report.against_the_genre")]
    if all(brief.band_deviation_db(band) is None for band in BAND_EDGES_HZ):
        notes.pop()
        names.pop(3)
        rows = [row[:3] + row[4:] for row in rows]
    notes += [f"{tilt.label}: {tilt.told_in_full(analysis)}." for tilt in TILT]
    table = setter.table(names, rows, [1.3, 1.9, 1.3, 1.3, 1.5, 1.5, 1.8][: len(names)])
    return [*ts.heading(worded("report.bands"), 220), table, setter.paragraph(" ".join(notes), ts.NOTE, ts.LINE_LIMIT)]


def _sections(setter: Typesetter, analysis: Analysis) -> list[Flowable]:
    if not analysis.sections:
        return []
    level = quantity("max_short_term_lufs")
    rows = [
        (
            part_name(section.label),
            times_and_bars(analysis, section.start_s, section.end_s),
            level.write(section.short_term_lufs),
        )
        for section in analysis.sections
    ]
    table = setter.table(columns("section", "time", "short_term_loudness"), rows, (2, 3, 3))
    bars = analysis.rhythm.bars
    note = [] if bars is None else [setter.paragraph(_bars_note(bars), ts.NOTE)]
    return [*ts.heading(worded("report.sections")), table, *note]


def _bars_note(bars: Bars) -> str:
    tempo = fmt.tempo(60.0 * bars.beats_per_bar / bars.bar_s)
    first, sure = fmt.number_with_unit(bars.first_downbeat_s, "s", 2), fmt.percent(bars.confidence)
    return worded("report.bars_note", beats=bars.beats_per_bar, tempo=tempo, first=first, share=sure)


def reference(setter: Typesetter, comparison: ReferenceComparison | None, kind: ReviewType) -> list[Flowable]:
    """The largest differences in words, then a table of all: the track minus the reference."""
    if comparison is None:
        return []
    loudness = quantity("integrated_lufs")
    rows = [(loudness.label, _compared(loudness, comparison.loudness_lu))]
    rows += [
        (f"{band.short}, {band.label}", _compared(band, comparison.bands_db[band.id]))
        for band in BANDS_AT_EQUAL_LOUDNESS
        if band.id in comparison.bands_db
    ]
    rows += [(label_of_stored(delta.measure), _delta(delta)) for delta in comparison.deltas]
    empty = [band.label for band in BANDS_AT_EQUAL_LOUDNESS if band.id not in comparison.bands_db]
    rows += [(label, worded("report.not_comparable")) for label in empty if comparison.bands_db]
    note = ts.sentence(worded("report.reference_note"))
    table = setter.table(columns("measure", "difference"), rows, (3, 2))
    told = [
        setter.paragraph(line, ts.NOTE) for line in reference_words.reference_lines(comparison, kind, DIFFERENCES_TOLD)
    ]
    return [*ts.heading(worded("report.against_the_reference")), *told, table, note]


def target(setter: Typesetter, comparison: TargetComparison | None) -> list[Flowable]:
    """The track against the middle and the usual range of the server's target."""
    if comparison is None:
        return []
    rows = [
        (
            words.measure_label(delta),
            MEASURES[delta.measure].write(delta.value),
            words.difference(delta.from_median, delta),
            words.difference(delta.outside, delta) if words.is_outside(delta) else worded("report.within"),
        )
        for delta in comparison.deltas
    ]
    names = columns("measure", "this_track", "against_their_middle", "against_their_range")
    flowables = [
        *ts.heading(worded("report.against_the_target")),
        setter.paragraph(words.target_heading(comparison), ts.NOTE),
    ]
    flowables += [setter.table(names, rows, (3, 1.6, 2, 2.2)), ts.sentence(worded("target.usual"))]
    if words.target_loudness_line(comparison) == worded("reference.left_to_mastering"):
        flowables.append(ts.sentence(worded("reference.left_to_mastering")))
    return flowables


def _compared(entry: Quantity, difference: float | None) -> str:
    """A difference with its sign, unless it lies below the margin of the quantity."""
    is_one = difference is None or entry.differs(difference)
    return entry.write_difference(difference) if is_one else worded("report.the_same")


def _delta(delta: Delta) -> str:
    entry = stored_as(delta.measure)
    is_one = entry is None or entry.differs(delta.value)
    return _difference(delta.value, delta.unit) if is_one else worded("report.the_same")


def _difference(value: float, unit: str) -> str:
    text = fmt.measurement(value, unit)
    return text if text.startswith(fmt.MINUS) or value == 0 else f"+{text}"


def platforms(setter: Typesetter, effects: tuple[PlatformEffect, ...]) -> list[Flowable]:
    """What streaming services do to the level."""
    if not effects:
        return []
    loudness = quantity("integrated_lufs")
    rows = [
        (
            setter.paragraph(effect.name, ts.CELL_STRONG),
            loudness.write(effect.target_lufs),
            fmt.signed_db(effect.gain_db),
            loudness.write(effect.playback_lufs),
            setter.paragraph(effect.note, ts.CELL_QUIET),
            setter.paragraph(evidence_name(effect.evidence), ts.CELL_QUIET),
        )
        for effect in effects
    ]
    names = columns("service", "plays_towards", "gain", "you_hear", "note", "evidence")
    table = setter.table(names, rows, (2.1, 1.5, 1.1, 1.5, 2.7, 1.7))
    return [*ts.heading(worded("report.services")), table, ts.sentence(worded("report.services_note"))]


def conversation(setter: Typesetter, turns: tuple[Turn, ...], summaries: tuple[Summary, ...]) -> list[Flowable]:
    """The summaries, then every question and answer in full."""
    flowables: list[Flowable] = []
    if summaries:
        flowables += ts.heading(worded("report.summaries"))
    for summary in summaries:
        told_at = worded("report.summary", number=summary.number, moment=moment(summary.at))
        flowables.append(setter.paragraph(told_at, ts.SPEAKER))
        flowables += setter.running_text(without_chat_markup(summary.text))
    if turns:
        flowables += ts.heading(worded("report.conversation"))
    for turn in turns:
        if turn.role is Role.USER:
            flowables.append(setter.paragraph(worded("report.question", moment=moment(turn.at)), ts.SPEAKER))
            flowables += setter.running_text(turn.text, ts.QUESTION)
        else:
            flowables.append(setter.paragraph(_answered(turn), ts.SPEAKER))
            told = without_idea(turn.text)
            flowables += setter.running_text(without_chat_markup(told.text))
            flowables += [setter.paragraph(idea_line(told.idea), ts.IDEA_STYLE, ts.LINE_LIMIT)] if told.idea else []
    return flowables


def _answered(turn: Turn) -> str:
    """The heading of an answer: time and writer. `Turn.writer` is stored text; an unknown value is left out."""
    author = next((author_of(writer) for writer in WrittenBy if writer.value == turn.writer), None)
    return f"Earshot · {moment(turn.at)}" + (f" · {author}" if author else "")


def closing(setter: Typesetter, document: ReportDocument) -> list[Flowable]:
    """How the report was made, and the terms that it uses."""
    review, analysis = document.review, document.brief.analysis
    flowables = [
        *ts.heading(worded("report.how_made")),
        ts.sentence(worded("report.standards")),
        ts.sentence(worded("report.targets_note")),
        setter.paragraph(worded("report.analyser", version=analysis.analyser_version), ts.NOTE),
        setter.paragraph(review.who_wrote_it, ts.NOTE, ts.LINE_LIMIT),
    ]
    if setter.replaced:
        flowables.append(ts.sentence(worded("report.no_glyph", glyph=MISSING_GLYPH)))
    terms = used_terms(setter.texts)
    if terms:
        rows = [
            (setter.paragraph(term.name, ts.CELL_STRONG), setter.paragraph(term.meaning, ts.CELL)) for term in terms
        ]
        flowables += [*ts.heading(worded("report.terms")), setter.table((), rows, (2, 7))]
    return flowables


def body(setter: Typesetter, document: ReportDocument, pictures: dict[str, bytes]) -> list[Flowable]:
    """The whole second half in reading order."""
    diagnosis: Diagnosis = document.brief.diagnosis
    return [
        *charts(pictures),
        *measurements(setter, document),
        *reference(setter, diagnosis.reference, document.brief.request.type),
        *target(setter, document.brief.target),
        *platforms(setter, diagnosis.platforms_shown(document.brief.request.type)),
        *conversation(setter, document.turns, document.summaries),
        *closing(setter, document),
    ]
