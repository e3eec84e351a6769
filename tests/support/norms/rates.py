"""How often the rules about taste would speak of the finished tracks that the norms are made of, cross-validated."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.rules.rule import rules
from tests.support.norms.make import Values, multiples
from tests.support.norms.table import Track

SIDES: dict[str, tuple[tuple[str, str], ...]] = {
    "low_end_buildup": (("low_end", "above"),),
    "thin_low": (("low_end", "below"),),
    "mud": (("low_mids", "above"),),
    "boxy": (("box", "above"),),
    "harsh": (("upper_mids", "above"),),
    "dull": (("top", "below"),),
    "bright_excess": (("top", "above"),),
    "width_vs_genre": (("width", "below"), ("width", "above")),
    "loud_vs_genre": (("loudness", "below"),),
    "dynamics_flat": (("range", "below"),),
    "dynamics_wide": (("range", "above"),),
}
"""Rule → quantities and sides that it warns of. Loud tracks are warned of only where a limiter shows."""

TONE_QUANTITIES = ("low_end", "low_mids", "box", "upper_mids", "top")


def shares(tracks: Sequence[Track], rows: Values, norms: Mapping[str, Any]) -> dict[tuple[str, str], np.ndarray]:
    """Quantity and side → share of finished tracks further out than each track, percent."""
    found = {}
    for quantity in norms["quantities"]:
        out = multiples(tracks, rows, quantity)
        for side, sign in (("below", -1.0), ("above", 1.0)):
            table = norms["quantities"][quantity]["rarity"][side]
            logs = np.log10(table["percents"])
            found[quantity, side] = 10 ** np.interp(
                np.nan_to_num(sign * out), table["multiples"], logs, right=np.log10(0.05)
            )
    return found


def severities(
    tracks: Sequence[Track],
    rows: Values,
    norms: Mapping[str, Any],
    levels: Mapping[str, tuple[float, float]] | None = None,
) -> dict[str, np.ndarray]:
    """Rule → severity of each track: 0 nothing or a note, 1 a warning, 2 severe."""
    found = shares(tracks, rows, norms)
    far = sum(np.minimum(found[quantity, "below"], found[quantity, "above"]) <= 3.0 for quantity in TONE_QUANTITIES)
    out = {}
    for code, sides in SIDES.items():
        entry = rules()[code].levels[0]
        warn, severe = (levels or {}).get(code) or (entry.warn, entry.severe)
        rare = np.min([found[side] for side in sides], axis=0)
        out[code] = (rare < warn).astype(int) + (rare < severe)
    return {**out, "far": far}
