"""What stands around a number in a sentence: its clause, its direction, whether it reports or advises."""

import re
from collections.abc import Sequence

from core.advice.checking.numbers_in_prose import IDIOM, WrittenNumber

_REPORTS = re.compile(
    r"\b(?:is|are|was|were|sits?|measures?|reads?|reach\w*|stands?|falls?|lies|hits?|peaks at|comes? (?:out|in)|"
    r"shows?|has|have|"
    r"got|gets|loses?|gains?|runs?|averages?|tops? out|bottoms? out)\b",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"\b(?:cut|boost|dip|lower|raise|lift|reduce|add|take|pull|push|bring|turn|set|trim|shave|ease|back|drive|use|"
    r"go for|try|put|keep|"
    r"leave|roll|high-?pass|low-?pass|narrow|widen|apply|dial|switch|should be|limit it to|no more than|at most|"
    r"enough)\b",
    re.IGNORECASE,
)

_MOVE_BEFORE = re.compile(
    r"(?:^\W*|\b(?:i'd|i would|you (?:can|could|should)|should|try|to|then|or|please|just)\s+)"
    r"(?:add|boost|cut|raise|lift|lower|reduce|drop|dip|take|shave|trim|pull|push|turn|bring|drive|"
    r"crank)\b((?:\W+[\w'-]+){0,7}\W*)$",
    re.IGNORECASE,
)

_CLAUSE_END = re.compile(r"[,;:()\u2013](?!\d)|\s-\s|\b(?:and|but|while|with|whereas|yet|although|though|so|because)\b")
THRESHOLD_BEFORE = re.compile(
    r"\b(?:below|under|above|over|from|beyond|past|up to|at)\s+(?:about\s+|around\s+)?$", re.IGNORECASE
)
COUNTED = re.compile(r"^\s*(?:\w+\s+)?(?:clip\w*|runs?|times|places|spots|hits)\b", re.IGNORECASE)

_NEAR = r"(?:about|around|roughly|nearly|almost|just|only|some|another|a good|at least|an? )?\s*"
_UP_AFTER = re.compile(
    r"^\s*(?:of\s+(?:extra|excess|additional)\b|(?:\w+\s+)?(?:above|over|past|beyond|more|higher|louder|hotter|"
    r"heavier|brighter|"
    r"wider|up(?! to)|ahead|too (?:hot|loud|high|much|bright|heavy|full|wide))\b|(?:too )?hot\b|extra\b|in excess\b)",
    re.IGNORECASE,
)
_DOWN_AFTER = re.compile(
    r"^\s*(?:\w+\s+)?(?:below|under|beneath|less|lower|quieter|softer|short|shy|down(?! to)|behind|darker|thinner|"
    r"narrower|lost|missing|"
    r"too (?:quiet|low|dark|little|thin|dull))\b",
    re.IGNORECASE,
)
_UP_BEFORE = re.compile(
    rf"(?:\b(?:up|louder|higher|hotter|above|over|exceed\w*|out|ahead)\b(?:\s+\w+){{0,2}}?\s+by|\bup|\b(?:gain|"
    rf"rise|add|jump|grow)s?(?:\s+by)?)\s+{_NEAR}$",
    re.IGNORECASE,
)
_DOWN_BEFORE = re.compile(
    rf"(?:\b(?:down|quieter|lower|below|under|short|shy|back|behind)\b(?:\s+\w+){{0,2}}?\s+by|\bdown|\b(?:lose|"
    rf"drop|fall|cost|take|sink)s?(?:\s+by)?|"
    rf"\b(?:loss|drop) of)\s+{_NEAR}$",
    re.IGNORECASE,
)
OF_FULL_SCALE = re.compile(r"^\s*\w*\s*(?:above|over|past)\s+(?:0\b|zero|full scale)", re.IGNORECASE)
REFERENCE_HAS = re.compile(
    r"\b(?:reference|ref)(?:'s)?\s+(?:track\s+)?(?:has|is|carries|sits|shows|plays|goes)\b|\bthan you(?:rs)?\b",
    re.IGNORECASE,
)


def is_amount(before: str) -> bool:
    """Whether a number follows a verb as the amount of a move ("cut it by 3 dB"): facts do not excuse it."""
    match = _MOVE_BEFORE.search(before)
    return match is not None and not _REPORTS.search(match.group(1))


def is_reported(clause: str, tags: frozenset[str]) -> bool:
    """Whether a clause says what was measured instead of what to do: no remedy makes that true."""
    return bool(tags) and bool(_REPORTS.search(clause)) and not _MOVES.search(clause)


def direction(text: str, quantity: WrittenNumber) -> int:
    """+1 for "3 dB above", −1 for "3 dB below", 0 where nothing is said."""
    after, before = text[quantity.end : quantity.end + 40], text[max(0, quantity.start - 50) : quantity.start]
    if _UP_AFTER.match(after):
        return 1
    if _DOWN_AFTER.match(after):
        return -1
    if _UP_BEFORE.search(before):
        return 1
    return -1 if _DOWN_BEFORE.search(before) else 0


def clause(text: str, quantity: WrittenNumber, all_found: Sequence[WrittenNumber]) -> tuple[int, int]:
    """Where the clause around a number begins and ends.

    Numbers hold their own words together: "between 1 and 2 dB" is no place to cut.
    """
    inside = [(q.start, q.end) for q in all_found]
    cuts = [match.span() for match in _CLAUSE_END.finditer(text) if not any(a <= match.start() < b for a, b in inside)]
    start = max((end for _, end in cuts if end <= quantity.start), default=0)
    end = min((begin for begin, _ in cuts if begin >= quantity.end), default=len(text))
    return start, end


def unread(text: str, found: Sequence[WrittenNumber]) -> list[str]:
    """Digits that were not understood as a number: nobody has checked them."""
    rest = IDIOM.sub(lambda match: " " * len(match.group(0)), text)
    for quantity in found:
        rest = rest[: quantity.start] + " " * (quantity.end - quantity.start) + rest[quantity.end :]
    return re.findall(r"\S*\d\S*", rest)
