"""Loudness, peaks and dynamics."""

from dataclasses import dataclass

SHORT_TERM_S = 3.0
"""Window of short-term loudness in seconds (EBU Tech 3341), and of the PSR (AES e-Brief 373)."""


@dataclass(frozen=True, slots=True)
class LoudnessTimeline:
    """Short-term loudness over time: value i covers the 3 s from ``i * hop_s`` on."""

    hop_s: float
    short_term_lufs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SecondMeter:
    """Our loudness of the loudest 15 s minus pyloudnorm's, LU, with the same gating blocks in both."""

    difference_lu: float


@dataclass(frozen=True, slots=True)
class LoudPassage:
    """A passage that stands above everything else in the song; `over_lu`: by how much, momentary loudness."""

    start_s: float
    end_s: float
    over_lu: float


@dataclass(frozen=True, slots=True)
class Loudness:
    """ITU-R BS.1770-5 / EBU R 128 loudness of all channels of the file.

    `max_short_term_at_s`, `max_momentary_at_s`: beginning of the loudest window. `dual_mono_integrated_lufs`: loudness
    of a mono file played by both loudspeakers; None for other files. `loud_passage`: None where nothing stands out.
    """

    integrated_lufs: float | None
    max_short_term_lufs: float | None
    max_momentary_lufs: float | None
    loudness_range_lu: float | None
    timeline: LoudnessTimeline
    max_short_term_at_s: float | None = None
    max_momentary_at_s: float | None = None
    dual_mono_integrated_lufs: float | None = None
    second_meter: SecondMeter | None = None
    loud_passage: LoudPassage | None = None

    @property
    def as_played_lufs(self) -> float | None:
        """Integrated loudness as heard: both loudspeakers play a mono file. Verdicts and comparisons use it."""
        return self.integrated_lufs if self.dual_mono_integrated_lufs is None else self.dual_mono_integrated_lufs


@dataclass(frozen=True, slots=True)
class ClippedRun:
    """Consecutive samples of a channel at the level of a clipper."""

    start_s: float
    length_samples: int
    channel: int


@dataclass(frozen=True, slots=True)
class Peaks:
    """Sample and true peaks.

    `clipped_runs`: the longest ones in time order; `clipped_run_count`: number of all. `decoder_over_count`: runs of
    samples beyond full scale that the decoder of a lossy file made; None for other files. `usual_peak_dbtp`: true peak
    without the loudest hundredth of the file; None for a file of a few tenths of a second.
    """

    true_peak_dbtp: float
    true_peak_per_channel_dbtp: tuple[float, ...]
    sample_peak_dbfs: float
    clipped_runs: tuple[ClippedRun, ...]
    clipped_run_count: int
    true_peak_at_s: float | None = None
    sample_peak_per_channel_dbfs: tuple[float, ...] = ()
    decoder_over_count: int | None = None
    usual_peak_dbtp: float | None = None


@dataclass(frozen=True, slots=True)
class PsrTimeline:
    """PSR over time: value i covers the 3 s from ``i * hop_s`` on; None below −70 LUFS."""

    hop_s: float
    psr_db: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Dynamics:
    """PLR and PSR (AES e-Brief 373), crest factor of the whole file, DR14 unrounded.

    PLR and PSR take the loudness as played: both loudspeakers play a mono file.
    """

    plr_db: float | None
    psr_min_db: float | None
    crest_factor_db: float
    dr14_db: float | None = None
    psr_min_at_s: float | None = None
    timeline: PsrTimeline | None = None
