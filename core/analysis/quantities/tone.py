"""Quantities of the family "tone": the slope of the spectrum, its seven bands, the low end."""

from collections.abc import Callable
from types import MappingProxyType

from core.analysis.measurements import BAND_EDGES_HZ, Analysis
from core.analysis.quantities.entry import Family, Margin, Quantity, Status
from core.analysis.tone.band_levels import band_levels_lu
from core.text.numbers import frequency_range, signed_with_unit

BAND_NAMES = MappingProxyType(
    {
        "sub_20_60": "Sub",
        "bass_60_200": "Bass",
        "lowmid_200_500": "Low-mid",
        "mid_500_2k": "Mid",
        "presence_2k_5k": "Presence",
        "high_5k_10k": "High",
        "air_10k_20k": "Air",
    }
)
"""The seven bands of `BAND_EDGES_HZ` as people call them."""


def band_name(band: str) -> str:
    """A band written for people: "200–500 Hz"."""
    return frequency_range(*BAND_EDGES_HZ[band])


def _share(band: str) -> Callable[[Analysis], float | None]:
    return lambda analysis: analysis.spectrum.bands.get(band)


def _at_equal_loudness(band: str) -> Callable[[Analysis], float | None]:
    return lambda analysis: None if analysis.loudness.integrated_lufs is None else band_levels_lu(analysis).get(band)


TILT = (
    Quantity(
        id="tilt_db_per_octave",
        family=Family.TONE,
        english="Spectral tilt",
        english_short="Tilt",
        unit="dB/oct",
        read=lambda analysis: analysis.spectrum.tilt_db_per_octave,
        term="Tilt",
        stored_as="spectral tilt",
        margin=Margin(0.1, Status.MEASURED, "white, pink and brown noise"),
    ),
)

BANDS = tuple(
    Quantity(
        id=f"{band}_share_db",
        family=Family.TONE,
        english=band_name(band),
        english_short=BAND_NAMES[band],
        unit="dB",
        read=_share(band),
        term="Bands",
        margin=Margin(0.05, Status.MEASURED, "a tone in the middle of each band"),
    )
    for band in BAND_EDGES_HZ
)
"""Power in each band against the power of all of them, dB (JSON: `spectrum.bands`)."""

BANDS_AT_EQUAL_LOUDNESS = tuple(
    Quantity(
        id=band,
        family=Family.TONE,
        english=band_name(band),
        english_short=BAND_NAMES[band],
        unit="dB",
        read=_at_equal_loudness(band),
        term="Bands",
        margin=Margin(0.5, Status.MEASURED, "equalised copies of real music"),
    )
    for band in BAND_EDGES_HZ
)
"""Level of each band against the track's own integrated loudness, dB: used to compare two tracks."""

LOW_END = (
    Quantity(
        id="sub_to_mid_db",
        family=Family.TONE,
        english="Sub against mid",
        english_short="Sub against mid",
        unit="dB",
        read=lambda analysis: analysis.bass.sub_to_mid_db if analysis.bass else None,
        in_words=lambda value: signed_with_unit(value, "dB"),
        term="Bands",
        margin=Margin(0.1, Status.MEASURED, "two bands of 0.05 dB each"),
    ),
    Quantity(
        id="bass_to_mid_db",
        family=Family.TONE,
        english="Bass against mid",
        english_short="Bass against mid",
        unit="dB",
        read=lambda analysis: analysis.bass.bass_to_mid_db if analysis.bass else None,
        in_words=lambda value: signed_with_unit(value, "dB"),
        term="Bands",
        margin=Margin(0.1, Status.MEASURED, "two bands of 0.05 dB each"),
    ),
    Quantity(
        id="fundamental_hz",
        family=Family.TONE,
        english="Strongest fundamental",
        english_short="Strongest fundamental",
        unit="Hz",
        read=lambda analysis: analysis.bass.fundamental_hz if analysis.bass else None,
        term="Frequency",
        margin=Margin(2.0, Status.ESTIMATE, "read to 1 %"),
    ),
)
