"""One cause, one point: findings that another one explains are dropped, and it speaks for them."""

from collections.abc import Sequence
from dataclasses import replace

from core.diagnosis.findings import Finding
from core.rules.reading import JudgedTrack
from core.rules.tone import TOP_ONLY

EXPLAINED_BY = {
    "mix_headroom": ("clip_samples", "true_peak", "mix_loudness"),
    "true_peak": ("clip_samples",),
    "codec_overshoot": ("true_peak",),
    "stream_gain": ("true_peak",),
    "lr_balance": ("dual_mono",),
    "mono_fold": ("dual_mono", "low_stereo"),
    "corr_neg": ("dual_mono", "mono_fold"),
    "low_stereo": ("dual_mono",),
    "width_vs_genre": ("dual_mono", "mono_fold", "corr_neg"),
    "loud_vs_genre": ("over_limited",),
    "transient_dull": ("over_limited",),
    "lra_change": ("over_limited",),
    "kick_bass": ("over_limited",),
    "boxy": ("mud",),
    "harsh": ("dull",),
    "sample_rate": ("fake_hires",),
    "lossy_source": ("sample_rate",),
    "masking_vocal": ("dual_mono",),
}
"""Effect → causes. The effect is dropped where one of them, at least as severe, was found."""

ONLY_WITH = {
    ("mono_fold", "low_stereo"): ("band", "below 120 Hz"),
    ("loud_vs_genre", "over_limited"): ("direction", "louder"),
    ("harsh", "dull"): ("stands_over", TOP_ONLY),
}
"""Pairs that belong together only where the effect's fact has this value."""

APART_ON_A_MASTER = frozenset({"true_peak"})
"""A master's true peak is a matter of delivery of its own, whatever else was found."""


def merged(found: Sequence[Finding], subject: JudgedTrack) -> tuple[Finding, ...]:
    """`found` without what is explained; each cause lists the codes it speaks for."""
    by_code = {finding.code: finding for finding in found}
    speaks_for: dict[str, tuple[str, ...]] = {}
    for finding in found:
        if cause := _cause(finding, by_code, subject):
            speaks_for[cause] = (*speaks_for.get(cause, ()), finding.code)
    absorbed = {code for codes in speaks_for.values() for code in codes}
    return tuple(
        replace(finding, merged=_all_under(finding.code, speaks_for))
        for finding in found
        if finding.code not in absorbed
    )


def _cause(effect: Finding, by_code: dict[str, Finding], subject: JudgedTrack) -> str | None:
    if subject.is_master and effect.code in APART_ON_A_MASTER:
        return None
    causes = (by_code[code] for code in EXPLAINED_BY.get(effect.code, ()) if code in by_code)
    return next((cause.code for cause in causes if _explains(cause, effect)), None)


def _explains(cause: Finding, effect: Finding) -> bool:
    fact, wanted = ONLY_WITH.get((effect.code, cause.code), ("", ""))
    belongs = not fact or (effect.facts or {}).get(fact) == wanted
    return belongs and cause.severity.rank >= effect.severity.rank


def _all_under(code: str, speaks_for: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What a cause speaks for, directly or through an effect that is absorbed itself."""
    direct = speaks_for.get(code, ())
    return (*direct, *(below for effect in direct for below in _all_under(effect, speaks_for)))
