"""What the remedies of a brief allow: amounts, frequencies and settings, and which way they go."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.advice.checking.finding_entries import tags_of
from core.advice.checking.metrics import CODE_TAGS, BriefWords
from core.advice.checking.numbers_in_prose import WrittenNumber, written_numbers
from core.advice.checking.spelling import digits, one_typography
from core.advice.measured.dial_card import CHAIN_CODE
from core.diagnosis.finding_words import filled, suggestions
from core.diagnosis.findings import Finding
from core.review import REFERENCE_CODE, Brief, DialCard
from core.rules.rule import rule_texts
from core.values.request import Detail

SMALLEST_MOVE_DB = 0.5
"""Less than a remedy names is still a remedy, down to what anybody hears."""

FREQUENCY_SLACK = 0.06
FREQUENCY_SLACK_ABOUT = 0.13
"""Half a third octave is what "around" means on a dial; a plain number may be rounded to two figures."""

SETTING_SLACK = 1.25
"""Ratios, times and Q may be rounded this far away from a remedy's range."""

BIT_DEPTHS = frozenset({16.0, 24.0, 32.0})

_DOWN = re.compile(
    r"\b(?:cut|cuts|dip|lower|reduce|take|takes|tame|attenuate|shave|trim|scoop|notch|drop|pull|ease|back|roll|"
    r"turn \w+ down|turn down|bring \w+(?: \w+){0,3} down|off|down|less|narrow\w*|remove|soften|loosen|decrease)\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(?:boost\w*|raise|lift|add|increase|push|crank|bring \w+(?: \w+){0,3} up|turn \w+(?: \w+){0,3} up|up|more|"
    r"hotter|"
    r"harder|louder|amplify|enhance|exaggerate)\b",
    re.IGNORECASE,
)

_UP_CODES = frozenset({"thin_low", "dull"})
_NEITHER = frozenset({"dual_mono", "dc", "lossy_source", "silence", "loud_vs_genre"})


@dataclass(frozen=True, slots=True)
class Move:
    """A range of one unit that a finding's remedy names."""

    code: str
    tags: frozenset[str]
    unit: str
    low: float
    high: float
    direction: int


def direction_of(finding: Finding) -> int:
    """+1 where the cure adds, −1 where it takes away, 0 where neither is said."""
    gains = [band.gain_db for band in finding.remedy.chain.eq if band.gain_db]
    if gains:
        return 1 if gains[0] > 0 else -1
    if finding.code in _NEITHER:
        return 0
    return 1 if finding.code in _UP_CODES else -1


def moves(brief: Brief, card: DialCard) -> tuple[Move, ...]:
    """Everything that a suggestion may set."""
    found = [move for finding in brief.diagnosis.findings for move in _of_finding(finding, brief)]
    general = [row.setting for row in card.rows if row.finding_code in {CHAIN_CODE, REFERENCE_CODE}]
    return (*found, *_ranges(CHAIN_CODE, frozenset(), general, 0))


def _of_finding(finding: Finding, brief: Brief) -> Iterator[Move]:
    variants = suggestions(rule_texts(finding.code), brief.request.type)
    texts = [filled(text, finding, brief.genre, "") for detail in Detail for text in variants[detail]]
    chain = finding.remedy.chain
    texts += [f"{band.frequency_hz} Hz, {band.gain_db} dB, Q {band.q}" for band in chain.eq]
    amounts = [chain.trim_db, chain.balance_db, chain.limiter.drive_change_db if chain.limiter else 0.0]
    texts += [f"{amount:.2f} dB" for amount in amounts if amount]
    tags = CODE_TAGS.get(finding.code, tags_of(finding)) | BriefWords.fixed(finding.remedy.text) & {"limiter"}
    yield from _ranges(finding.code, tags, [finding.remedy.text, *texts], direction_of(finding))


def _ranges(code: str, tags: frozenset[str], texts: Iterable[str], direction: int) -> Iterator[Move]:
    """A move for each number or range in the texts; decibels become one range from the smallest to the largest."""
    found = [quantity for text in texts for quantity in written_numbers(digits(one_typography(text)))]
    amounts = [abs(quantity.value) for quantity in found if quantity.unit == "dB" and quantity.value]
    if amounts:
        yield Move(code, tags, "dB", min(SMALLEST_MOVE_DB, *amounts), max(amounts), direction)
    for quantity in found:
        if quantity.unit != "dB":
            ends = sorted((quantity.value, quantity.value if quantity.partner is None else quantity.partner))
            yield Move(code, tags, quantity.unit, ends[0], ends[1], direction)


def allows(move: Move, quantity: WrittenNumber, clause: str, sentence: str) -> bool:
    """Whether a number in a suggestion lies within a move, and goes its way (said in the clause or the sentence)."""
    if move.unit != quantity.unit:
        return False
    if move.unit == "dB":
        slack = 0.26 if quantity.is_about else 0.05
        return move.low - slack <= abs(quantity.value) <= move.high + slack and goes_along(
            move, quantity, clause, sentence
        )
    if move.unit == "Hz":
        slack = FREQUENCY_SLACK_ABOUT if quantity.is_about else FREQUENCY_SLACK
        return move.low * (1 - slack) <= quantity.value <= move.high * (1 + slack)
    if move.unit in {"Q", "ms", ":1"}:
        return move.low / SETTING_SLACK <= quantity.value <= move.high * SETTING_SLACK
    return move.low - quantity.step / 2 <= quantity.value <= move.high + quantity.step / 2


def goes_along(move: Move, quantity: WrittenNumber, clause: str, sentence: str) -> bool:
    """Whether the sign or the verb of a suggestion agrees with its remedy."""
    if move.direction == 0:
        return True
    if quantity.is_signed:
        return quantity.value * move.direction > 0
    spoken = clause if _UP.search(clause) or _DOWN.search(clause) else sentence
    says_up, says_down = bool(_UP.search(spoken)), bool(_DOWN.search(spoken))
    return says_up == says_down or (says_up if move.direction > 0 else says_down)
