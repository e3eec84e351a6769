"""The registry of measured quantities: the name, unit and decimals of each, and where an `Analysis` has it.

Every number of an analysis that is shown to people or models, or used in targets or comparisons, is one `Quantity`
here, in the module of its family (level, tone, stereo, music, file). Code that shows numbers iterates over the lists of
topics below and chooses which of them to show; names, units, decimals and the reading of the value come from the entry.
So a quantity that is added to a list appears in the report, on the command line and in prompts without another change.
"""

from collections.abc import Iterable
from types import MappingProxyType

from core.analysis.measurements import Analysis
from core.analysis.quantities.entry import (
    DIFFERENCE_UNITS,
    Alternative,
    Family,
    Margin,
    Quantity,
    Status,
    difference_unit,
    noticeable_change,
    time_and_bar,
    times_and_bars,
)
from core.analysis.quantities.file import FAULTS, FORMAT
from core.analysis.quantities.level import DYNAMICS, LOUDNESS, PEAKS
from core.analysis.quantities.music import ATTACKS, TEMPO_AND_KEY
from core.analysis.quantities.stereo import IMAGE, LOW_END_STEREO, of_band
from core.analysis.quantities.tone import BAND_NAMES, BANDS, BANDS_AT_EQUAL_LOUDNESS, LOW_END, TILT, band_name

__all__ = [
    "ATTACKS",
    "BANDS",
    "BANDS_AT_EQUAL_LOUDNESS",
    "BAND_NAMES",
    "DETAILS",
    "DIFFERENCE_UNITS",
    "DYNAMICS",
    "FAULTS",
    "FORMAT",
    "IMAGE",
    "LOUDNESS",
    "LOW_END",
    "LOW_END_STEREO",
    "PEAKS",
    "QUANTITIES",
    "TEMPO_AND_KEY",
    "TILT",
    "Alternative",
    "Family",
    "Margin",
    "Quantity",
    "Status",
    "band_name",
    "chosen",
    "difference_unit",
    "label_of_stored",
    "noticeable_change",
    "of_band",
    "quantity",
    "stored_as",
    "time_and_bar",
    "times_and_bars",
    "without",
    "written",
]

_ALL = (
    *(*LOUDNESS, *PEAKS, *DYNAMICS),
    *(*TILT, *BANDS, *BANDS_AT_EQUAL_LOUDNESS, *LOW_END),
    *(*IMAGE, *LOW_END_STEREO),
    *(*ATTACKS, *TEMPO_AND_KEY),
    *(*FORMAT, *FAULTS),
)

QUANTITIES = MappingProxyType({entry.id: entry for entry in _ALL})
"""Every quantity by its id, family by family, in the order in which it is shown."""

DETAILS = frozenset(
    {
        *("dual_mono_integrated_lufs", "second_meter", "true_peak_per_channel_dbtp"),
        *("negative_correlation_share", "channel_state"),
        *("other_tempi", "other_keys"),  # part of the lines of tempo and key
    }
)
"""Ids of quantities that only the report shows: the command line and prompts, which are to be short, leave them out."""

_BY_STORED_NAME = MappingProxyType({entry.stored_name: entry for entry in _ALL})


def quantity(quantity_id: str) -> Quantity:
    """The entry with an id.

    Raises:
        KeyError: no quantity has this id.
    """
    return QUANTITIES[quantity_id]


def written(quantity_id: str, analysis: Analysis) -> str:
    """The value of a quantity in an analysis, written for people: "−14.2 LUFS".

    Raises:
        KeyError: no quantity has this id.
    """
    return QUANTITIES[quantity_id].written(analysis)


def chosen(*quantity_ids: str) -> tuple[Quantity, ...]:
    """The entries with these ids, in the order of the ids.

    Raises:
        KeyError: no quantity has one of the ids.
    """
    return tuple(QUANTITIES[quantity_id] for quantity_id in quantity_ids)


def without(entries: Iterable[Quantity], left_out: frozenset[str]) -> tuple[Quantity, ...]:
    """`entries` without those whose ids are in `left_out`."""
    return tuple(entry for entry in entries if entry.id not in left_out)


def stored_as(name: str) -> Quantity | None:
    """The entry that stored comparisons with a reference call `name`; None if no quantity is called that."""
    return _BY_STORED_NAME.get(name)


def label_of_stored(name: str) -> str:
    """The label of the quantity that stored comparisons call `name`; `name` itself if no quantity is called that."""
    entry = stored_as(name)
    return name if entry is None else entry.label
