"""Dead zone: how far a value must lie beyond a limit before a rule speaks.

A value closer to its limit than the measure is sure says nothing, and written with its limit it reads the same
("6.0 dB, target ≥ 6.0 dB"). So a level of a rule is reached only where the value lies beyond it by the dead zone, and
there is no finding where value and limit are written alike.
"""

from types import MappingProxyType

from core.analysis.quantities import quantity
from core.rules.reading import DEAD_ZONE_DB
from core.rules.rule import Rule
from core.text.numbers import measurement

LEAST_PERCENT = 1.0
"""Dead zone of shares in percent: they are written without decimals (own proposal)."""

_LEAST = MappingProxyType({**dict.fromkeys(("dB", "LU", "LUFS", "dBTP", "dBFS"), DEAD_ZONE_DB), "%": LEAST_PERCENT})


def dead_zone(rule: Rule) -> float:
    """Distance from a level within which a rule says nothing, in its unit; the larger one of two.

    Either that of its unit, or the margin of the quantity that it reads (`Rule.reads`).
    """
    margin = quantity(rule.reads).margin if rule.reads else None
    return max(_LEAST.get(rule.unit, 0.0), margin.value if margin is not None else 0.0)


def are_written_alike(value: float, limit: float | None, unit: str) -> bool:
    """Whether a value and its limit are the same text: 6.96 dB and 7.04 dB are "7.0 dB"."""
    return limit is not None and measurement(value, unit) == measurement(limit, unit)
