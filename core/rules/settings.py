"""Remedies: settings whose size follows from the excess, within the bounds of the rule."""

from core.rules.reading import JudgedTrack, Reading
from core.rules.rule import MoveRange, Rule, remedies_of
from core.values.chain import Chain, EqBand, FilterKind, Limiter, Placement
from core.values.request import ReviewType

GAIN_STEP_DB = 0.5
"""Nobody dials finer than this, and nobody hears it."""

CEILING_DBTP = -1.0
SIDE_HIGH_PASS_Q = 0.71
NARROWER_PERCENT = 80.0


def chain_for(rule: Rule, reading: Reading, subject: JudgedTrack) -> Chain:
    """What can be set on the whole song; empty where the cure is inside the mix."""
    kind = subject.request.type
    move = rule.moves.get(remedies_of(kind))
    if move is not None and reading.amount_db is not None and reading.frequency_hz is not None:
        corner_hz = reading.shelf_hz if move.kind is FilterKind.LOW_SHELF else None
        frequency_hz = corner_hz or reading.frequency_hz
        return Chain(eq=(_band(move, reading.amount_db, frequency_hz),))
    if rule.id in {"true_peak", "clip_samples", "mix_headroom"} and kind is not ReviewType.MASTER:
        return Chain(trim_db=-_stepped(abs(reading.amount_db or 0.0)))
    if rule.id in {"true_peak", "over_limited"} and kind is ReviewType.MASTER:
        drive = reading.amount_db if rule.id == "over_limited" else 0.0
        return Chain(limiter=Limiter(CEILING_DBTP, drive_change_db=drive or 0.0))
    if rule.id == "codec_overshoot" and reading.amount_db is not None:
        return Chain(limiter=Limiter(reading.amount_db))
    if rule.id == "lr_balance":
        return Chain(balance_db=reading.amount_db or 0.0)
    if rule.id == "low_stereo":
        side = EqBand(FilterKind.HIGH_PASS, reading.frequency_hz or 110.0, 0.0, SIDE_HIGH_PASS_Q, Placement.SIDE)
        return Chain(eq=(side,), mono_below_hz=reading.frequency_hz)
    if rule.id == "mono_fold":
        return Chain(width_percent=NARROWER_PERCENT)
    return Chain()


def _band(move: MoveRange, amount_db: float, frequency_hz: float) -> EqBand:
    if move.kind in {FilterKind.HIGH_PASS, FilterKind.LOW_PASS}:
        return EqBand(move.kind, frequency_hz, 0.0, move.q)
    size = min(move.most_db, max(move.least_db, _stepped(abs(amount_db))))
    gain = size if amount_db > 0 else -size
    return EqBand(move.kind, frequency_hz, gain, move.q, dynamic=move.dynamic)


def _stepped(size_db: float) -> float:
    return round(size_db / GAIN_STEP_DB) * GAIN_STEP_DB
