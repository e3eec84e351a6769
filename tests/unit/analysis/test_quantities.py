"""The registry of quantities against the analysis' own JSON, the glossary page, and what files and databases hold."""

import itertools
import re
from importlib.resources import files

import pytest

from core.analysis.measurements import BAND_EDGES_HZ, Analysis
from core.analysis.quantities import (
    BANDS,
    BANDS_AT_EQUAL_LOUDNESS,
    QUANTITIES,
    Family,
    Quantity,
    Status,
    file,
    level,
    music,
    noticeable_change,
    quantity,
    stereo,
    stored_as,
    tone,
)
from core.diagnosis.comparing.references import COMPARED
from core.targets.percentiles import MEASURES
from core.values.serial import from_json, to_builtins, to_json
from tests.support.reviews import margins_page
from tests.support.reviews.analyses import changed, neutral
from tests.unit.advice.samples import bare_analysis

STORED_IN_PERCENT_OF_ONE = {"negative_correlation_share"}

MADE_OF_SEVERAL_FIELDS = {
    *("dc_offset_fs", "low_pass_edge_hz", "hum_dbfs"),
    *(entry.id for entry in (*BANDS, *BANDS_AT_EQUAL_LOUDNESS)),
}
"""Numbers that no field of the analysis' groups has by that name."""

MODULES = {
    Family.LEVEL: level,
    Family.TONE: tone,
    Family.STEREO: stereo,
    Family.MUSIC: music,
    Family.FILE: file,
}


def every_number_another() -> tuple[Analysis, dict[str, float]]:
    """An analysis in which no two fields have one value, and the values by the names of their fields in its JSON."""
    document = to_builtins(
        changed(
            neutral(),
            loudness__dual_mono_integrated_lufs=0.0,
            loudness__max_short_term_at_s=0.0,
            loudness__max_momentary_at_s=0.0,
            bass__fundamental_hz=0.0,
        )
    )
    values = itertools.count(3)
    known: dict[str, float] = {}
    for group in document.values():
        for name, value in group.items() if isinstance(group, dict) else ():
            if isinstance(value, int | float) and not isinstance(value, bool):
                group[name] = known[name] = next(values)
    return from_json(Analysis, to_json(document)), known


NUMBERS = [
    entry
    for entry in QUANTITIES.values()
    if entry.id in every_number_another()[1] and not isinstance(entry.read(every_number_another()[0]), str)
]


@pytest.mark.parametrize("entry", NUMBERS, ids=lambda entry: entry.id)
def test_a_quantity_is_the_field_that_the_json_calls_so(entry: Quantity) -> None:
    analysis, fields = every_number_another()

    assert entry.number(analysis) == fields[entry.id] * (100 if entry.id in STORED_IN_PERCENT_OF_ONE else 1)


def test_every_number_is_a_field_or_known_to_be_made_of_several() -> None:
    analysis, fields = every_number_another()
    numbers = {entry.id for entry in QUANTITIES.values() if isinstance(entry.read(analysis), int | float)}

    assert len(NUMBERS) >= 25
    assert numbers - fields.keys() <= MADE_OF_SEVERAL_FIELDS


@pytest.mark.parametrize(
    ("quantity_id", "field"),
    [
        ("max_short_term_lufs", "max_short_term_at_s"),
        ("max_momentary_lufs", "max_momentary_at_s"),
        ("true_peak_dbtp", "true_peak_at_s"),
        ("psr_min_db", "psr_min_at_s"),
    ],
)
def test_the_moment_is_the_field_that_the_json_calls_so(quantity_id: str, field: str) -> None:
    analysis, fields = every_number_another()
    moment = quantity(quantity_id).moment

    assert moment is not None
    assert moment(analysis) == fields[field]


def test_the_bands_are_those_of_the_json() -> None:
    spread = {band: -float(place) for place, band in enumerate(BAND_EDGES_HZ, 1)}
    analysis = changed(neutral(), spectrum__bands=spread)

    assert [entry.number(analysis) for entry in BANDS] == list(spread.values())


def test_what_could_not_be_measured_is_a_dash_everywhere() -> None:
    bare = bare_analysis()
    missing = [entry for entry in QUANTITIES.values() if entry.read(bare) is None]

    assert len(missing) > 20
    assert {entry.told_in_full(bare) for entry in missing} == {"—"}


@pytest.mark.parametrize(
    ("quantity_id", "value", "text"),
    [
        ("integrated_lufs", -14.24, "−14.2 LUFS"),
        ("true_peak_dbtp", 0.84, "+0.8 dBTP"),
        ("correlation", -0.154, "−0.15"),
        ("clipped_run_count", 12.0, "12"),
        ("negative_correlation_share", 12.4, "12%"),
        ("dc_offset_fs", 0.00214, "0.0021 FS"),
        ("sample_rate_hz", 44_100.0, "44.1 kHz"),
        ("tempo_bpm", 98.52, "98.5 BPM"),
        ("tuning_cents", 4.2, "+4 cents"),
        ("balance_db", 1.94, "left 1.9 dB louder"),
        ("balance_db", -1.94, "right 1.9 dB louder"),
        ("balance_db", 0.04, "left and right equally loud"),
        ("duration_s", 222.0, "3:42"),
        ("plr_db", None, "—"),
    ],
)
def test_a_value_is_written_with_its_unit_and_decimals(quantity_id: str, value: float | None, text: str) -> None:
    assert quantity(quantity_id).write(value).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("quantity_id", "difference", "text"),
    [
        ("integrated_lufs", 2.0, "+2.0 LU"),
        ("true_peak_dbtp", -0.34, "−0.3 dB"),
        ("correlation", 0.126, "+0.13"),
        ("tilt_db_per_octave", 1.5, "+1.5 dB/oct"),
        ("plr_db", 0.0, "0.0 dB"),
    ],
)
def test_a_difference_has_its_sign_and_its_own_unit(quantity_id: str, difference: float, text: str) -> None:
    assert quantity(quantity_id).write_difference(difference).replace("\u00a0", " ") == text


def test_a_quantity_stands_in_the_module_of_its_family() -> None:
    held = {
        entry.id: family
        for family, module in MODULES.items()
        for value in vars(module).values()
        if isinstance(value, tuple)
        for entry in value
        if isinstance(entry, Quantity)
    }

    assert held == {entry.id: entry.family for entry in QUANTITIES.values()}


def test_no_two_quantities_share_a_name() -> None:
    others = [entry for entry in QUANTITIES.values() if entry not in BANDS]

    assert len({entry.label for entry in others}) == len({entry.short for entry in others}) == len(others)


def test_the_terms_are_headings_of_the_glossary() -> None:
    page = (files("core.knowledge") / "pages" / "glossary.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^### (.+)$", page, re.MULTILINE))

    assert {entry.term for entry in QUANTITIES.values() if entry.term} <= headings


def test_the_names_in_stored_comparisons_never_change() -> None:
    assert [(entry.stored_name, entry.difference_unit) for entry in COMPARED] == [
        ("true peak above loudness (PLR)", "dB"),
        ("smallest PSR", "dB"),
        ("loudness range", "LU"),
        ("side against mid", "dB"),
        ("mono fold-down", "dB"),
        ("side against mid below 120 Hz", "dB"),
        ("spectral tilt", "dB/oct"),
    ]
    assert all(stored_as(entry.stored_name) is entry for entry in COMPARED)


def test_the_names_in_target_files_never_change() -> None:
    assert list(MEASURES) == [
        "integrated_lufs",
        "loudness_range_lu",
        "plr_db",
        "psr_min_db",
        "side_to_mid_db",
        "side_to_mid_below_120_db",
        "tilt_db_per_octave",
        "sub_20_60",
        "bass_60_200",
        "lowmid_200_500",
        "mid_500_2k",
        "presence_2k_5k",
        "high_5k_10k",
        "air_10k_20k",
    ]


def test_every_number_has_a_margin_and_no_text_has_one() -> None:
    analysis = every_number_another()[0]
    for entry in QUANTITIES.values():
        is_text = isinstance(entry.read(analysis), str)
        assert not (is_text and entry.margin is not None), entry.id
        if entry.number(analysis) is not None or (entry.unit and not is_text):
            assert entry.margin is not None, entry.id
            assert entry.margin.value >= 0.0
            assert entry.margin.source


def test_values_closer_than_their_margin_do_not_differ() -> None:
    loudness = quantity("integrated_lufs")

    assert loudness.differs(-14.1 + 14.0)
    assert not loudness.differs(0.09)
    assert not quantity("sample_peak_dbfs").differs(0.04)


def test_no_version_is_told_from_another_by_less_than_a_margin() -> None:
    for entry in QUANTITIES.values():
        if entry.margin is not None and entry.margin.status in {Status.STANDARD, Status.MEASURED}:
            assert noticeable_change(1.0, entry.unit) >= entry.margin.value, entry.id


def test_the_page_has_the_margins_of_the_registry() -> None:
    page = margins_page.PATH.read_text(encoding="utf-8")

    assert margins_page.with_margins(page) == page
    assert margins_page.margins_section() in page
