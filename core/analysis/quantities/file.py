"""Quantities of the family "file": its format and its technical faults."""

from core.analysis.measurements import Analysis
from core.analysis.quantities.entry import Family, Margin, Quantity, Status
from core.text.language import worded
from core.text.numbers import duration, measurement


def _bits(analysis: Analysis) -> str | None:
    source = analysis.source
    if source.bit_depth is None:
        return None
    return worded("quantities.bits_float" if source.is_float else "quantities.bits", bits=source.bit_depth)


def _offsets(analysis: Analysis) -> str | None:
    return " / ".join(measurement(offset, "FS") for offset in analysis.faults.dc_offset_per_channel) or None


def _edge_depth(analysis: Analysis) -> str:
    edge = analysis.faults.low_pass_edge
    return "" if edge is None else worded("quantities.deep", size=measurement(edge.drop_db, "dB"))


def _count(value: int | None) -> float | None:
    return None if value is None else float(value)


FORMAT = (
    Quantity(
        id="duration_s",
        family=Family.FILE,
        english="Length",
        english_short="Length",
        unit="s",
        read=lambda analysis: analysis.source.duration_s,
        in_words=duration,
        margin=Margin(0.001, Status.MEASURED, "samples are counted"),
    ),
    Quantity(
        id="codec",
        family=Family.FILE,
        english="Codec",
        english_short="Codec",
        read=lambda analysis: analysis.source.codec,
        term="Lossy source",
    ),
    Quantity(
        id="bit_depth",
        family=Family.FILE,
        english="Bit depth",
        english_short="Bit depth",
        read=_bits,
        term="Bit depth",
        is_rare=True,
    ),
    Quantity(
        id="sample_rate_hz",
        family=Family.FILE,
        english="Sample rate",
        english_short="Sample rate",
        unit="Hz",
        read=lambda analysis: float(analysis.source.sample_rate_hz),
        term="Sample rate",
        margin=Margin(0.0, Status.STANDARD, "read from the file"),
    ),
    Quantity(
        id="lossy",
        family=Family.FILE,
        english="Compression",
        english_short="Compression",
        read=lambda analysis: worded("quantities.lossy" if analysis.source.lossy else "quantities.lossless"),
        term="Lossy source",
    ),
    Quantity(
        id="channels",
        family=Family.FILE,
        english="Channels in the file",
        english_short="Channels in the file",
        decimals=0,
        read=lambda analysis: float(analysis.source.channels),
        margin=Margin(0.0, Status.STANDARD, "read from the file"),
    ),
)

FAULTS = (
    Quantity(
        id="dc_offset_fs",
        family=Family.FILE,
        english="DC offset",
        english_short="DC offset",
        unit="FS",
        decimals=4,
        read=lambda analysis: max(map(abs, analysis.faults.dc_offset_per_channel), default=0.0),
        term="DC offset",
        margin=Margin(0.00001, Status.MEASURED, "planted offsets"),
    ),
    Quantity(
        id="dc_offset_per_channel",
        family=Family.FILE,
        english="DC offset by channel",
        english_short="DC offset by channel",
        read=_offsets,
        term="DC offset",
    ),
    Quantity(
        id="head_silence_s",
        family=Family.FILE,
        english="Silence at the start",
        english_short="Silence at the start",
        unit="s",
        read=lambda analysis: analysis.faults.head_silence_s,
        margin=Margin(0.02, Status.MEASURED, "planted silence"),
    ),
    Quantity(
        id="tail_silence_s",
        family=Family.FILE,
        english="Silence at the end",
        english_short="Silence at the end",
        unit="s",
        read=lambda analysis: analysis.faults.tail_silence_s,
        margin=Margin(0.02, Status.MEASURED, "planted silence"),
    ),
    Quantity(
        id="low_pass_edge_hz",
        family=Family.FILE,
        english="Low-pass edge",
        english_short="Low-pass edge",
        unit="Hz",
        read=lambda analysis: analysis.faults.low_pass_edge.cutoff_hz if analysis.faults.low_pass_edge else None,
        remark=_edge_depth,
        term="Lossy source",
        margin=Margin(150.0, Status.MEASURED, "planted edges"),
    ),
    Quantity(
        id="hum_dbfs",
        family=Family.FILE,
        english="Mains hum",
        english_short="Mains hum",
        unit="dBFS",
        read=lambda analysis: analysis.faults.hum.level_dbfs if analysis.faults.hum else None,
        term="Noise floor",
        margin=Margin(1.5, Status.ESTIMATE, "planted hum"),
    ),
    Quantity(
        id="noise_floor_dbfs",
        family=Family.FILE,
        english="Noise floor",
        english_short="Noise floor",
        unit="dBFS",
        read=lambda analysis: analysis.faults.noise_floor_dbfs,
        term="Noise floor",
        margin=Margin(1.0, Status.ESTIMATE, "planted noise"),
    ),
    Quantity(
        id="dropout_count",
        family=Family.FILE,
        english="Dropouts",
        english_short="Dropouts",
        decimals=0,
        read=lambda analysis: _count(analysis.faults.dropout_count),
        margin=Margin(1.0, Status.PRACTICE, "rests of chip tunes look alike"),
    ),
    Quantity(
        id="click_count",
        family=Family.FILE,
        english="Clicks",
        english_short="Clicks",
        decimals=0,
        read=lambda analysis: _count(analysis.faults.click_count),
        margin=Margin(1.0, Status.PRACTICE, "strokes may look alike"),
    ),
)
