"""Comparisons and moves in words: against a reference, against an earlier version, and against a remedy's direction."""

import re
from collections.abc import Mapping

from core.advice.checking.finding_entries import tags_of
from core.advice.checking.metrics import CODE_TAGS, BriefWords
from core.advice.checking.moves import direction_of
from core.analysis.quantities import stored_as
from core.diagnosis.findings import Finding, VersionOutcome
from core.review import Brief
from core.targets.named import LOUDNESS_ID

SAME_DB = 0.5
"""Least difference in dB that a comparison in words may claim."""

_TO_REFERENCE = re.compile(r"\b(?:reference|ref)\b", re.IGNORECASE)
_MORE = {
    "top": (r"brighter|more (?:air|top|highs|treble|sparkle)", r"darker|duller|less (?:air|top|highs|treble|sparkle)"),
    "low": (
        r"bassier|boomier|heavier|more (?:bass|sub|low[- ]end|weight)",
        r"thinner|less (?:bass|sub|low[- ]end|weight)",
    ),
    "lowmid": (
        r"muddier|cloudier|more (?:mud|low(?:er)?[- ]mids?)",
        r"clearer in the low(?:er)?[- ]mids|less (?:mud|low(?:er)?[- ]mids?)",
    ),
    "presence": (
        r"harsher|more (?:presence|upper[- ]mids?)",
        r"less (?:presence|harsh|upper[- ]mids?)|softer in the upper[- ]mids",
    ),
    "loud": (r"louder|hotter", r"quieter|softer"),
    "width": (r"wider|more width", r"narrower|less (?:wide|width)"),
    "dynamics": (
        r"more (?:dynamic|punch\w*)|punchier",
        r"less (?:dynamic|punch\w*)|more (?:squashed|compressed|limited)",
    ),
}
_BANDS = {
    "top": ("high_5k_10k", "air_10k_20k"),
    "low": ("sub_20_60", "bass_60_200"),
    "lowmid": ("lowmid_200_500",),
    "presence": ("presence_2k_5k",),
}
_DELTAS = {
    "width": ("side_to_mid_db",),
    "dynamics": ("plr_db", "psr_min_db"),
}
"""Ids of quantities."""
_PATTERNS = {
    axis: tuple(re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in pair) for axis, pair in _MORE.items()
}
_REFERENCE_IS = re.compile(
    r"\b(?:reference|ref)(?: track)? (?:is|has|sounds|sits|feels|carries)\b|\bthan you(?:rs)?\b", re.IGNORECASE
)

_TO_TARGET = re.compile(r"\bserver(?:['\u2019]?s)? target\b", re.IGNORECASE)
_TARGET_IS = re.compile(
    r"\bserver(?:['\u2019]?s)? target (?:is|has|sounds|sits|feels|carries)\b|\bthan you(?:rs)?\b", re.IGNORECASE
)

_VERSIONS = re.compile(
    r"\b(?:(?:last|previous|earlier|first|old|older|prior) (?:version|bounce|mix|master|upload|take)|v1\b|"
    r"since (?:last time|then|v\d)|"
    r"last time|used to be)\b",
    re.IGNORECASE,
)
_OUTCOMES = {
    VersionOutcome.WORSE: re.compile(r"\b(?:worse|deteriorated|worsened|went backwards)\b", re.IGNORECASE),
    VersionOutcome.FIXED: re.compile(
        r"\b(?:(?:is|are|been|now) (?:fixed|gone|solved|sorted|resolved|cured))\b", re.IGNORECASE
    ),
    VersionOutcome.IMPROVED: re.compile(r"\b(?:improved|better|progress)\b", re.IGNORECASE),
    VersionOutcome.UNCHANGED: re.compile(
        r"\b(?:unchanged|the same as before|has not changed|hasn't changed|no change)\b", re.IGNORECASE
    ),
}
_NOT_YET = re.compile(r"\b(?:until|if|when|once|so that|whether|make sure)\b", re.IGNORECASE)
_ALLOWED = {
    VersionOutcome.WORSE: {VersionOutcome.WORSE},
    VersionOutcome.FIXED: {VersionOutcome.FIXED},
    VersionOutcome.IMPROVED: {VersionOutcome.IMPROVED, VersionOutcome.FIXED},
    VersionOutcome.UNCHANGED: {VersionOutcome.UNCHANGED},
}

_UP_MOVE = re.compile(
    r"\b(?:boost\w*|raise|lift|add|increase|push|crank|enhance|exaggerate|bring up|turn up|widen)\b((?:\W+\w+){1,6})",
    re.IGNORECASE,
)
_UP_APART = re.compile(
    r"\b(?:turn|bring|push) ((?:\w+\W+){1,4})up\b|\b(?:drive|push|hit) (?:\w+\W+){1,4}harder\b", re.IGNORECASE
)
_DOWN_MOVE = re.compile(
    r"\b(?:cut|reduce|lower|attenuate|remove|tame|dip|scoop|roll off|turn down|pull down|narrow)\b((?:\W+\w+){1,6})",
    re.IGNORECASE,
)
_DOWN_APART = re.compile(r"\b(?:turn|bring|pull) ((?:\w+\W+){1,4})down\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|don't|never|no|avoid|instead of|rather than|without|stop)\b", re.IGNORECASE)
_LOW = r"(?:bass|sub|low[- ]end|lows|kick)"
_SPREAD = r"(?:wide\w*|stereo|width)"
_MOVED = (
    (r"limit\w*|maximi[sz]\w*|compress\w*|loudness|drive|clipper", ("over_limited", "clip_samples")),
    (rf"{_LOW}\b.*\b{_SPREAD}|{_SPREAD}\b.*\b{_LOW}|widen\b.*\b{_LOW}", ("low_stereo",)),
    (r"width|stereo|sides?|widener", ("mono_fold",)),
    (r"master fader|mix bus|bus gain|input gain|ceiling", ("true_peak", "clip_samples", "mix_headroom")),
)
"""What must not be turned up, and the findings that say so."""

_MOVED_PATTERNS = tuple((re.compile(rf"\b(?:{words})\b", re.IGNORECASE), frozenset(codes)) for words, codes in _MOVED)


def wrong_comparisons(text: str, brief: Brief) -> list[str]:
    """Claims about reference, server's target or the version before that the differences do not bear out."""
    return [*_against_reference(text, brief), *_against_target(text, brief), *_against_version(text, brief)]


def _against_reference(text: str, brief: Brief) -> list[str]:
    if not _TO_REFERENCE.search(text):
        return []
    comparison = brief.diagnosis.reference
    if comparison is None:
        return ["reference"]
    turn = -1.0 if _REFERENCE_IS.search(text) else 1.0
    entries = ((stored_as(delta.measure), delta.value) for delta in comparison.deltas)
    deltas = {entry.id: value for entry, value in entries if entry is not None}
    return _wrong_words(text, turn, {**comparison.bands_db, **deltas}, comparison.loudness_lu)


def _against_target(text: str, brief: Brief) -> list[str]:
    if not _TO_TARGET.search(text):
        return []
    if brief.target is None:
        return ["server's target"]
    turn = -1.0 if _TARGET_IS.search(text) else 1.0
    differences = {delta.measure: delta.from_median for delta in brief.target.deltas}
    return _wrong_words(text, turn, differences, differences.get(LOUDNESS_ID))


def _wrong_words(text: str, turn: float, differences: Mapping[str, float], loudness_lu: float | None) -> list[str]:
    """Words such as "brighter" that no difference says; with `turn` −1 they are said of the other side."""
    wrong = []
    for axis, pair in _PATTERNS.items():
        for sign, pattern in zip((1.0, -1.0), pair, strict=True):
            match = pattern.search(text)
            if match is None or _NOT.search(text[max(0, match.start() - 12) : match.start()]):
                continue
            names = (*_BANDS.get(axis, ()), *_DELTAS.get(axis, ()))
            values = [differences[name] for name in names if name in differences]
            values += [loudness_lu] if axis == "loud" and loudness_lu is not None else []
            if not any(sign * turn * value >= SAME_DB for value in values):
                wrong.append(match.group(0))
    return wrong


def _against_version(text: str, brief: Brief) -> list[str]:
    changes = brief.diagnosis.versions
    named = _VERSIONS.search(text)
    if changes is None:
        return [named.group(0)] if named is not None else []
    tags = BriefWords.fixed(text)
    about = [change for change in changes if tags & CODE_TAGS.get(change.code, frozenset())]
    outcomes = {change.outcome for change in about or changes}
    wrong = []
    for claimed, pattern in _OUTCOMES.items():
        match = pattern.search(text)
        is_told = named is not None or (claimed is not VersionOutcome.IMPROVED and bool(about))
        if match is not None and _NOT_YET.search(text[: match.start()]):
            continue
        if match is not None and is_told and not outcomes & _ALLOWED[claimed]:
            wrong.append(match.group(0))
    return wrong


def wrong_moves(text: str, brief: Brief) -> list[str]:
    """Suggestions that go against what a finding asks for: boosting what is too much, narrowing what is too little."""
    wrong = []
    for sign, patterns in ((1, (_UP_MOVE, _UP_APART)), (-1, (_DOWN_MOVE, _DOWN_APART))):
        for pattern in patterns:
            for match in pattern.finditer(text):
                if _NOT.search(text[max(0, match.start() - 22) : match.start()]):
                    continue
                if _goes_against(sign, match.group(0), brief):
                    wrong.append(match.group(0).strip())
    return wrong


def _goes_against(sign: int, words: str, brief: Brief) -> bool:
    codes = {finding.code for finding in brief.diagnosis.findings}
    if sign > 0:
        for pattern, against in _MOVED_PATTERNS:
            if pattern.search(words) and codes & against:
                return True
    for finding in brief.diagnosis.findings:
        if finding.code == "lr_balance" and _louder_side(finding, sign) in words.casefold().split():
            return True
    object_words = words.split(maxsplit=1)[1] if " " in words else ""
    first_clause = re.split(r"[,;:.]|\b(?:and|so|until|if|to|with|from|on|by|but|at)\b", object_words)[0]
    tags = BriefWords.fixed(first_clause)
    about = [f for f in brief.diagnosis.findings if tags & CODE_TAGS.get(f.code, tags_of(f)) & _TONE]
    return bool(about) and all(direction_of(finding) == -sign for finding in about)


def _louder_side(finding: Finding, sign: int) -> str:
    """The side that must not be turned up, or the one that must not be turned down."""
    side = str((finding.facts or {}).get("side", ""))
    return side if sign > 0 else {"left": "right", "right": "left"}.get(side, "")


_TONE = frozenset({"sub", "bass", "lowmid", "mid", "presence", "high", "air"})
