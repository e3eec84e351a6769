"""Quantities of the family "file": its format and its technical faults."""

from core.analysis.measurements import Analysis
from core.analysis.quantities.entry import Family, Margin, Quantity, Status
from core.text.numbers import duration, measurement


def _bits(analysis: Analysis) -> str | None:
    source = analysis.source
    return None if source.bit_depth is None else f"{source.bit_depth} bit{' float' if source.is_float else ''}"


def _offsets(analysis: Analysis) -> str | None:
    return " / ".join(measurement(offset, "FS") for offset in analysis.faults.dc_offset_per_channel) or None


def _edge_depth(analysis: Analysis) -> str:
    edge = analysis.faults.low_pass_edge
    return "" if edge is None else f"{measurement(edge.drop_db, 'dB')} deep"


def _count(value: int | None) -> float | None:
    return None if value is None else float(value)


FORMAT = (
    Quantity(
        id="duration_s",
        family=Family.FILE,
        label="Length",
        short="Length",
        unit="s",
        read=lambda analysis: analysis.source.duration_s,
        in_words=duration,
        margin=Margin(0.001, Status.MEASURED, "samples are counted"),
    ),
    Quantity(
        id="codec",
        family=Family.FILE,
        label="Codec",
        short="Codec",
        read=lambda analysis: analysis.source.codec,
        term="Lossy source",
    ),
    Quantity(
        id="bit_depth",
        family=Family.FILE,
        label="Bit depth",
        short="Bit depth",
        read=_bits,
        term="Bit depth",
        is_rare=True,
    ),
    Quantity(
        id="sample_rate_hz",
        family=Family.FILE,
        label="Sample rate",
        short="Sample rate",
        unit="Hz",
        read=lambda analysis: float(analysis.source.sample_rate_hz),
        term="Sample rate",
        margin=Margin(0.0, Status.STANDARD, "read from the file"),
    ),
    Quantity(
        id="lossy",
        family=Family.FILE,
        label="Compression",
        short="Compression",
        read=lambda analysis: "lossy" if analysis.source.lossy else "lossless",
        term="Lossy source",
    ),
    Quantity(
        id="channels",
        family=Family.FILE,
        label="Channels in the file",
        short="Channels in the file",
        decimals=0,
        read=lambda analysis: float(analysis.source.channels),
        margin=Margin(0.0, Status.STANDARD, "read from the file"),
    ),
)

FAULTS = (
    Quantity(
        id="dc_offset_fs",
        family=Family.FILE,
        label="DC offset",
        short="DC offset",
        unit="FS",
        decimals=4,
        read=lambda analysis: max(map(abs, analysis.faults.dc_offset_per_channel), default=0.0),
        term="DC offset",
        margin=Margin(0.00001, Status.MEASURED, "planted offsets"),
    ),
    Quantity(
        id="dc_offset_per_channel",
        family=Family.FILE,
        label="DC offset by channel",
        short="DC offset by channel",
        read=_offsets,
        term="DC offset",
    ),
    Quantity(
        id="head_silence_s",
        family=Family.FILE,
        label="Silence at the start",
        short="Silence at the start",
        unit="s",
        read=lambda analysis: analysis.faults.head_silence_s,
        margin=Margin(0.02, Status.MEASURED, "planted silence"),
    ),
    Quantity(
        id="tail_silence_s",
        family=Family.FILE,
        label="Silence at the end",
        short="Silence at the end",
        unit="s",
        read=lambda analysis: analysis.faults.tail_silence_s,
        margin=Margin(0.02, Status.MEASURED, "planted silence"),
    ),
    Quantity(
        id="low_pass_edge_hz",
        family=Family.FILE,
        label="Low-pass edge",
        short="Low-pass edge",
        unit="Hz",
        read=lambda analysis: analysis.faults.low_pass_edge.cutoff_hz if analysis.faults.low_pass_edge else None,
        remark=_edge_depth,
        term="Lossy source",
        margin=Margin(150.0, Status.MEASURED, "planted edges"),
    ),
    Quantity(
        id="hum_dbfs",
        family=Family.FILE,
        label="Mains hum",
        short="Mains hum",
        unit="dBFS",
        read=lambda analysis: analysis.faults.hum.level_dbfs if analysis.faults.hum else None,
        term="Noise floor",
        margin=Margin(1.5, Status.ESTIMATE, "planted hum"),
    ),
    Quantity(
        id="noise_floor_dbfs",
        family=Family.FILE,
        label="Noise floor",
        short="Noise floor",
        unit="dBFS",
        read=lambda analysis: analysis.faults.noise_floor_dbfs,
        term="Noise floor",
        margin=Margin(1.0, Status.ESTIMATE, "planted noise"),
    ),
    Quantity(
        id="dropout_count",
        family=Family.FILE,
        label="Dropouts",
        short="Dropouts",
        decimals=0,
        read=lambda analysis: _count(analysis.faults.dropout_count),
        margin=Margin(1.0, Status.PRACTICE, "rests of chip tunes look alike"),
    ),
    Quantity(
        id="click_count",
        family=Family.FILE,
        label="Clicks",
        short="Clicks",
        decimals=0,
        read=lambda analysis: _count(analysis.faults.click_count),
        margin=Margin(1.0, Status.PRACTICE, "strokes may look alike"),
    ),
)
