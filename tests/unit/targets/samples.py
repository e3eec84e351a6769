"""Targets and comparisons for tests."""

from core.analysis.measurements import Analysis
from core.targets.named import NamedTarget, TargetComparison, compare_with_target, make_target
from core.values.request import ReviewType
from tests.support.reviews.analyses import changed, neutral, tilted

NAME = "Our drum & bass"


def tracks() -> list[Analysis]:
    """Nine tracks: their bass lies from −2 to +2 dB around the neutral one's, their PLR from 6 to 14 dB."""
    steps = range(-4, 5)
    return [changed(tilted(neutral(), "bass_60_200", 0.5 * step), dynamics__plr_db=10.0 + step) for step in steps]


def target() -> NamedTarget:
    """Made of them. The bass's usual range ends 1.6 dB above the middle."""
    return make_target(NAME, tracks())


def bassy(by_db: float = 3.0) -> Analysis:
    """A track with that much more bass than the target's middle."""
    return tilted(changed(neutral(), dynamics__plr_db=10.0), "bass_60_200", by_db)


def comparison(by_db: float = 3.0, kind: ReviewType = ReviewType.MASTER) -> TargetComparison:
    """The bassy track against the target."""
    return compare_with_target(bassy(by_db), target(), kind)
