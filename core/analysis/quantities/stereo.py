"""Quantities of the family "stereo": correlation, width, mono, balance, also below 120 Hz and of each band."""

from core.analysis.measurements import CHANNEL_NAMES, LEVEL_FLOOR_DB, Analysis, BandStereo
from core.analysis.quantities.entry import Family, Margin, Quantity, Status
from core.text.language import worded
from core.text.numbers import measurement


def _leaning(balance_db: float) -> str:
    size = measurement(abs(balance_db), "dB")
    if size == measurement(0.0, "dB"):
        return worded("quantities.equally_loud")
    return worded("quantities.left_louder" if balance_db > 0 else "quantities.right_louder", size=size)


def _side_level(level_db: float) -> str:
    return worded("quantities.no_side") if level_db <= LEVEL_FLOOR_DB else measurement(level_db, "dB")


def _fold_loss(loss_db: float) -> str:
    return worded("quantities.nothing_in_mono") if loss_db <= LEVEL_FLOOR_DB else measurement(loss_db, "dB")


def _negative_share(analysis: Analysis) -> float | None:
    share = analysis.stereo.negative_correlation_share
    return None if share is None else 100.0 * share


def _channel_state(analysis: Analysis) -> str:
    faults = analysis.faults
    if faults.dead_channel is not None:
        return worded(f"quantities.{CHANNEL_NAMES[faults.dead_channel % 2]}_silent")
    if faults.identical_channels:
        return worded("quantities.identical")
    return worded("quantities.both_sound" if len(faults.dc_offset_per_channel) > 1 else "quantities.one_channel")


IMAGE = (
    Quantity(
        id="correlation",
        family=Family.STEREO,
        english="Correlation",
        english_short="Correlation",
        decimals=2,
        read=lambda analysis: analysis.stereo.correlation,
        term="Correlation",
        margin=Margin(0.002, Status.MEASURED, "shifted sines"),
    ),
    Quantity(
        id="side_to_mid_db",
        family=Family.STEREO,
        english="Side to mid",
        english_short="Side to mid",
        unit="dB",
        read=lambda analysis: analysis.stereo.side_to_mid_db,
        in_words=_side_level,
        term="Mid and side",
        stored_as="side against mid",
        margin=Margin(0.02, Status.MEASURED, "shifted sines"),
    ),
    Quantity(
        id="mono_fold_loss_db",
        family=Family.STEREO,
        english="Mono fold-down",
        english_short="Mono fold-down",
        unit="dB",
        read=lambda analysis: analysis.stereo.mono_fold_loss_db,
        in_words=_fold_loss,
        term="Mono fold-down",
        stored_as="mono fold-down",
        margin=Margin(0.03, Status.MEASURED, "unrelated noise"),
    ),
    Quantity(
        id="balance_db",
        family=Family.STEREO,
        english="Balance",
        english_short="Balance",
        unit="dB",
        read=lambda analysis: analysis.stereo.balance_db,
        in_words=_leaning,
        term="Balance",
        margin=Margin(0.01, Status.MEASURED, "the same noise at five ratios"),
    ),
    Quantity(
        id="negative_correlation_share",
        family=Family.STEREO,
        english="Time with negative correlation",
        english_short="Time with negative correlation",
        unit="%",
        decimals=0,
        read=_negative_share,
        term="Correlation",
        margin=Margin(
            1.0, Status.PRACTICE, "windows of 400 ms: a share of a short song moves by so much with its start"
        ),
    ),
    Quantity(
        id="channel_state",
        family=Family.STEREO,
        english="Channels",
        english_short="Channels",
        read=_channel_state,
        term="Phase",
    ),
)

LOW_END_STEREO = (
    Quantity(
        id="side_to_mid_below_120_db",
        family=Family.STEREO,
        english="Side to mid below 120\u00a0Hz",
        english_short="Side to mid below 120\u00a0Hz",
        unit="dB",
        read=lambda analysis: analysis.bass.side_to_mid_below_120_db if analysis.bass else None,
        in_words=_side_level,
        term="Mid and side",
        stored_as="side against mid below 120 Hz",
        margin=Margin(0.15, Status.MEASURED, "unrelated noise in bands"),
    ),
    Quantity(
        id="mono_fold_loss_below_120_db",
        family=Family.STEREO,
        english="Mono fold-down below 120\u00a0Hz",
        english_short="Mono fold-down below 120\u00a0Hz",
        unit="dB",
        read=lambda analysis: analysis.bass.mono_fold_loss_below_120_db if analysis.bass else None,
        in_words=_fold_loss,
        term="Mono fold-down",
        margin=Margin(0.15, Status.MEASURED, "unrelated noise in bands"),
    ),
)


def of_band(quantity_id: str, band: BandStereo) -> float | None:
    """Correlation, side to mid or mono fold-down of one band, by the id of the same quantity of the whole track.

    Raises:
        KeyError: the quantity is none of these three.
    """
    values = {
        "correlation": band.correlation,
        "side_to_mid_db": band.side_to_mid_db,
        "mono_fold_loss_db": band.mono_fold_loss_db,
    }
    return values[quantity_id]
