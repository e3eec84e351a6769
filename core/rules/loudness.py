"""Loudness rules: limiting, loudness, and the gain that services apply."""

import math
from dataclasses import replace

from core.analysis.measurements import SHORT_TERM_S
from core.analysis.quantities import quantity, written
from core.knowledge.loading import Figure
from core.knowledge.platforms import platforms
from core.rules.peaks import CEILING_DBTP
from core.rules.reading import JudgedTrack, Reading, Severity, Span
from core.rules.taste import is_above_middle, outward
from core.text.language import name_in_language, worded
from core.text.numbers import limits, written_level
from core.values.chain import EMPTY, Chain, Limiter

PSR_NEEDS_PLR_DB = {"mix": 10.0, "dense": 8.0, "master": 9.0}
"""PLR below which a low PSR counts, by group of tracks: drones have a low PSR without limiting."""

BACK_OFF_DB = -1.5
"""Change of the limiter's drive that is suggested."""

MIX_LOUDNESS_PLR_DB = 10.0
MIX_LOUDNESS_PEAK_DBFS = -1.0
"""PLR below which, and sample peak above which, a loud mix has a limiter on its bus."""

LEFT_OVER_LU = 1.0
STEP_DOWN_DB = 0.5
"""What a passage that is ridden down may keep above the rest in LU, and the step of that gain (practice)."""

REFERENCE_SERVICE = "spotify_normal"
"""The service whose gain is compared with: the best documented, and the most used."""

PSR_FLOOR_DB = 8.0
"""PSR below which a loud track is advised against more of it, and which a limiter leaves at least (Shepherd)."""


def over_limited(subject: JudgedTrack) -> Reading | None:
    """Lowest PSR of the loud passages, dB; it counts only together with a low PLR."""
    dynamics = subject.analysis.dynamics
    if dynamics.psr_min_db is None or dynamics.plr_db is None:
        return None
    group = "mix" if not subject.is_master else "dense" if "dense" in subject.genre.tags else "master"
    at = dynamics.psr_min_at_s
    backed_off = Chain(limiter=Limiter(CEILING_DBTP, drive_change_db=BACK_OFF_DB))
    return Reading(
        dynamics.psr_min_db,
        counts=dynamics.plr_db < PSR_NEEDS_PLR_DB[group],
        facts={"plr": written("plr_db", subject.analysis), "drive": "1–2 dB"},
        spans=(Span(at, at + SHORT_TERM_S),) if at is not None else (),
        ceiling=Severity.WARN if subject.is_excerpt else None,
        caveat=subject.excerpt,
        chain=backed_off if subject.is_master else EMPTY,
    )


def loud_passage(subject: JudgedTrack) -> Reading:
    """By how much one passage stands above everything else in the song, LU."""
    passage = subject.analysis.loudness.loud_passage
    if passage is None:
        return Reading(0.0, counts=False)
    down_db = max(STEP_DOWN_DB, math.floor((passage.over_lu - LEFT_OVER_LU) / STEP_DOWN_DB) * STEP_DOWN_DB)
    return Reading(
        passage.over_lu,
        facts={"down": written_level(down_db)},
        spans=(Span(passage.start_s, passage.end_s),),
    )


def mix_loudness(subject: JudgedTrack) -> Reading | None:
    """Integrated loudness of a mix, LUFS; it counts with a low PLR and a high sample peak: a limiter on the mix bus."""
    loudness, dynamics, peaks = subject.analysis.loudness, subject.analysis.dynamics, subject.analysis.peaks
    if loudness.as_played_lufs is None or dynamics.plr_db is None:
        return None
    return Reading(
        loudness.as_played_lufs,
        counts=dynamics.plr_db < MIX_LOUDNESS_PLR_DB and peaks.sample_peak_dbfs > MIX_LOUDNESS_PEAK_DBFS,
        facts={"plr": written("plr_db", subject.analysis)},
    )


def loud_vs_genre(subject: JudgedTrack) -> Reading | None:
    """Integrated loudness as played, LUFS, judged by where it stands among finished tracks.

    High loudness is taste unless the PSR is low.
    """
    integrated, psr = subject.analysis.loudness.as_played_lufs, subject.analysis.dynamics.psr_min_db
    if integrated is None:
        return None
    reading = outward(subject, "loudness", integrated)
    is_loud = is_above_middle(subject, "loudness", integrated)
    low, high = reading.target or (integrated, integrated)
    squashed = psr is not None and psr < PSR_FLOOR_DB
    may_warn = squashed or not is_loud
    return replace(
        reading,
        facts={
            **reading.facts,
            "end": "loud" if is_loud else "quiet",
            "direction": worded("loud_vs_genre.louder" if is_loud else "loud_vs_genre.quieter"),
            "distance": quantity("integrated_lufs").write_size(max(0.0, integrated - high, low - integrated)),
            "range": limits(low, high, quantity("integrated_lufs").unit),
            "advice_key": ("too_loud" if squashed else "loud_taste") if is_loud else "quiet",
        },
        amount_db=None,
        ceiling=None if may_warn and not subject.is_excerpt else Severity.INFO,
        caveat=subject.excerpt,
    )


def stream_gain(subject: JudgedTrack) -> Reading | None:
    """Part of the gain wanted by the reference service that a quiet track does not get because of its peaks, dB."""
    integrated, peak = subject.analysis.loudness.as_played_lufs, subject.analysis.peaks.true_peak_dbtp
    service = next(platform for platform in platforms() if platform.id == REFERENCE_SERVICE)
    if integrated is None or service.target_lufs is None:
        return None
    wanted = max(0.0, service.target_lufs - integrated)
    headroom = max(0.0, service.true_peak_max_dbtp - peak)
    held_back = max(0.0, wanted - headroom)
    return Reading(
        held_back,
        facts={
            "service": name_in_language("platforms", service.name),
            "wanted": written_level(wanted),
            "given": written_level(min(wanted, headroom)),
            "playback": quantity("integrated_lufs").write(integrated + min(wanted, headroom)),
            "aim": quantity("integrated_lufs").write(service.target_lufs),
        },
        # where releases themselves stay below the service's level, low loudness is the style
        counts=_middle(subject.genre.release_lufs) > service.target_lufs,
        ceiling=Severity.INFO,
    )


def _middle(figure: Figure) -> float:
    return ((figure.low or 0.0) + (figure.high or 0.0)) / 2.0


SAME_SONG_S = 2.0
"""Largest difference in length at which a reference is taken for an earlier state of the same song."""

PLR_LOSS_DB = 5.0
"""Loss of PLR that is a warning by itself (rule: LRA by 2 LU or PLR by 5 dB)."""


def lra_change(subject: JudgedTrack) -> Reading | None:
    """Loudness range lost from the mix, given as reference, to the master, LU."""
    mine, reference = subject.analysis, subject.reference
    if reference is None or abs(reference.source.duration_s - mine.source.duration_s) > SAME_SONG_S:
        return None
    ranges = mine.loudness.loudness_range_lu, reference.loudness.loudness_range_lu
    if ranges[0] is None or ranges[1] is None:
        return None
    lost_plr = (reference.dynamics.plr_db or 0.0) - (mine.dynamics.plr_db or 0.0)
    return Reading(
        ranges[1] - ranges[0],
        facts={"plr": quantity("plr_db").write(lost_plr), "lra": written("loudness_range_lu", mine)},
        floor=Severity.WARN if lost_plr > PLR_LOSS_DB else None,
    )
