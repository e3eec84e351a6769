"""How often the rules about taste speak of the finished tracks that the norms are made of, cross-validated."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.knowledge.genres import genre_table
from core.knowledge.norms import MIDDLE_PERCENT
from core.rules.genre_fit import JOINT_RARITY
from core.rules.loudness import PSR_FLOOR_DB, PSR_NEEDS_PLR_DB
from core.rules.rule import Levels, rules
from core.rules.stretches import TONE_STRETCHES
from core.rules.tone import RARE_TOGETHER_PERCENT
from core.values.request import ReviewType
from tests.support.norms.groups import GROUPS, group_of
from tests.support.norms.table import Track

Shares = Mapping[tuple[str, str], np.ndarray]

SIDES: dict[str, tuple[tuple[str, str], ...]] = {
    "low_end_buildup": (("low_end", "above"),),
    "thin_low": (("low_end", "below"),),
    "mud": (("low_mids", "above"),),
    "harsh": (("upper_mids", "above"),),
    "dull": (("top", "below"),),
    "bright_excess": (("top", "above"),),
    "width_vs_genre": (("width", "below"), ("width", "above")),
    "loud_vs_genre": (("loudness", "below"), ("loudness", "above")),
    "dynamics_flat": (("range", "below"),),
    "dynamics_wide": (("range", "above"),),
}
"""Rule → quantities and sides that it warns of."""

TONE = tuple(stretch.quantity for stretch in TONE_STRETCHES)

NOTHING = 0
WARN, SEVERE = 1, 2


def shares(norms: Mapping[str, Any], multiples: Mapping[str, np.ndarray]) -> Shares:
    """Quantity and side → share of finished tracks further out than each track, percent."""
    found = {}
    for quantity, out in multiples.items():
        for side, sign in (("below", -1.0), ("above", 1.0)):
            table = norms["quantities"][quantity]["rarity"][side]
            logs = np.interp(np.nan_to_num(sign * out), table["multiples"], np.log10(table["percents"]))
            found[quantity, side] = 10.0**logs
    return found


def severities(tracks: Sequence[Track], found: Shares) -> dict[str, np.ndarray]:
    """Rule → severity of each track as a master; without the mercy for tracks of another style."""
    quiet_enough = np.array([track.columns.get("psr_min_db", np.inf) >= PSR_FLOOR_DB for track in tracks])
    rarer = [np.minimum(found[name, "below"], found[name, "above"]) / MIDDLE_PERCENT for name in TONE]
    together = -np.log10(rarer).sum(axis=0) > JOINT_RARITY
    out = {}
    for code, sides in SIDES.items():
        levels = rules()[code].levels[0].levels
        rare = np.min(
            [
                np.where(quiet_enough, 50.0, found[side]) if side == ("loudness", "above") else found[side]
                for side in sides
            ],
            axis=0,
        )
        out[code] = (rare < levels.warn).astype(int) + (rare < levels.severe)
        if sides[0][0] in TONE:
            out[code] = np.maximum(out[code], together & (rare < RARE_TOGETHER_PERCENT))
    return {**out, **{code: np.array([judge(track) for track in tracks]) for code, judge in _OTHERS.items()}}


def _balance(track: Track) -> int:
    return _reached(_levels("lr_balance", track), abs(track.columns.get("balance", 0.0)))


def _limited(track: Track) -> int:
    psr, plr = track.columns.get("psr_min_db"), track.columns.get("plr_db")
    group = "dense" if "dense" in genre_table().get(track.genre_id).tags else "master"
    if psr is None or plr is None or plr >= PSR_NEEDS_PLR_DB[group]:
        return NOTHING
    levels = _levels("over_limited", track)
    return _reached(Levels(-levels.info, -levels.warn, -levels.severe), -psr)


_OTHERS = {"lr_balance": _balance, "over_limited": _limited}


def _levels(code: str, track: Track) -> Levels:
    levels = rules()[code].levels_for(ReviewType.MASTER, genre_table().get(track.genre_id).tags)
    assert levels is not None
    return levels


def _reached(levels: Levels, value: float) -> int:
    return (value > levels.warn) + (value > levels.severe)


def rates(tracks: Sequence[Track], by_rule: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Tracks with any warning, and with anything severe: of all, of releases, of each group; and by rule."""
    worst = np.max(list(by_rule.values()), axis=0)
    groups = np.array([group_of(track.genre_id) for track in tracks])
    rows = {"all": np.full(len(tracks), True), "releases": np.array([track.kind == "release" for track in tracks])}
    rows |= {group: groups == group for group in GROUPS}
    return {
        "of": {name: [int(mask.sum()), *_counts(worst[mask])] for name, mask in rows.items()},
        "rules": {code: _counts(found) for code, found in by_rule.items()},
    }


def _counts(found: np.ndarray) -> list[int]:
    return [int((found >= WARN).sum()), int((found >= SEVERE).sum())]
