"""Settings for the whole song: an equaliser move that follows from the excess, or the chain of the rule's function."""

from core.rules.reading import JudgedTrack, Reading
from core.rules.rule import MoveRange, Rule, remedies_of
from core.values.chain import Chain, EqBand, FilterKind

GAIN_STEP_DB = 0.5
"""Step of gains: equalisers are not set more finely in practice, and finer differences are not heard."""


def chain_for(rule: Rule, reading: Reading, subject: JudgedTrack) -> Chain:
    """Settings for the whole song.

    Args:
        rule: the rule, with its moves.
        reading: what the rule's function returned.
        subject: the track, whose type of review selects the move.

    Returns:
        The equaliser move of the rule, with its gain in dB limited by the rule; without one, the chain of the reading,
        which is empty where the cure is inside the mix.
    """
    move = rule.moves.get(remedies_of(subject.request.type))
    if move is None or reading.amount_db is None or reading.frequency_hz is None:
        return reading.chain
    corner_hz = reading.shelf_hz if move.kind is FilterKind.LOW_SHELF else None
    return Chain(eq=(_band(move, reading.amount_db, corner_hz or reading.frequency_hz),))


def _band(move: MoveRange, amount_db: float, frequency_hz: float) -> EqBand:
    if move.kind in {FilterKind.HIGH_PASS, FilterKind.LOW_PASS}:
        return EqBand(move.kind, frequency_hz, 0.0, move.q)
    size = min(move.most_db, max(move.least_db, _stepped(abs(amount_db))))
    gain = size if amount_db > 0 else -size
    return EqBand(move.kind, frequency_hz, gain, move.q, dynamic=move.dynamic)


def _stepped(size_db: float) -> float:
    return round(size_db / GAIN_STEP_DB) * GAIN_STEP_DB
