"""What streaming services do to the level of a track. The rows are facts, not advice to master to −14 LUFS."""

from core.analysis.measurements import Analysis
from core.diagnosis.findings import PlatformEffect
from core.knowledge.platforms import Platform, Upward, platforms
from core.rules.reading import Evidence
from core.text.language import name_in_language, worded
from core.text.numbers import signed_db


def platform_effects(analysis: Analysis, *, is_speech: bool = False) -> tuple[PlatformEffect, ...]:
    """What each service does to the level of a track.

    Args:
        analysis: the track.
        is_speech: whether services for speech alone are included.

    Returns:
        One row for each service; empty where the loudness could not be measured. Loudness is that of the track as
        played: services play a mono file from both loudspeakers.
    """
    integrated = analysis.loudness.as_played_lufs
    if integrated is None:
        return ()
    peak = analysis.peaks.true_peak_dbtp
    return tuple(
        _effect(platform, integrated, peak) for platform in platforms() if is_speech or not platform.speech_only
    )


def _effect(platform: Platform, integrated_lufs: float, true_peak_dbtp: float) -> PlatformEffect:
    if platform.target_lufs is None:
        return _row(platform, None, integrated_lufs, worded("services.as_it_is"))
    wanted = platform.target_lufs - integrated_lufs
    if wanted <= 0:
        return _row(platform, wanted, integrated_lufs + wanted, worded("services.turned_down") if wanted < 0 else "")
    if platform.upward is Upward.NONE:
        return _row(platform, 0.0, integrated_lufs, worded("services.not_turned_up"))
    if platform.upward is Upward.UNKNOWN:
        return _row(platform, None, None, worded("services.unknown"))
    if platform.upward is Upward.WITH_LIMITER:
        limited = true_peak_dbtp + wanted > platform.true_peak_max_dbtp
        return _row(
            platform, wanted, integrated_lufs + wanted, worded("services.limited" if limited else "services.turned_up")
        )
    headroom_db = max(0.0, platform.true_peak_max_dbtp - true_peak_dbtp)
    gain = min(wanted, headroom_db)
    held_back = worded("services.held_back", gain=signed_db(wanted))
    note = worded("services.turned_up") if gain == wanted else held_back
    return _row(platform, gain, integrated_lufs + gain, note)


def _row(platform: Platform, gain_db: float | None, playback_lufs: float | None, note: str) -> PlatformEffect:
    return PlatformEffect(
        platform_id=platform.id,
        name=name_in_language("platforms", platform.name),
        target_lufs=platform.target_lufs,
        gain_db=gain_db,
        playback_lufs=playback_lufs,
        note=note,
        evidence=Evidence(platform.evidence),
    )
