"""Yes or no: which of both the measurements say to a question that asks for it."""

import math
import re
from collections.abc import Sequence

from core.advice.measured.question import Question
from core.advice.statements.moments import names
from core.advice.statements.of_answers import MIXED, NO, PARTLY, YES
from core.advice.vocabulary import Subject
from core.analysis.quantities import Quantity, quantity
from core.diagnosis.comparing import version_words
from core.diagnosis.findings import Finding, VersionOutcome
from core.review import Brief
from core.rules.reading import Severity
from core.text.numbers import key_name
from core.values.request import ReviewType

JUDGED = frozenset({"low_end", "low_mids", "highs", "stereo", "peaks", "noise", "tuning", "dc", "tone"})
"""Subjects whose numbers alone do not show whether they are in order."""

_KEY = re.compile(r"\b([a-h](?:is|es|s|#|♯|♭| sharp| flat)?)[ -]?(minor|major|moll|dur|min|maj)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.:])([-−+]?\d{1,3}(?:[.,]\d+)?)(?![\d:])")
_MORE = frozenset("above over more higher louder faster wider brighter exceed exceeds über mehr lauter höher".split())
_LESS = frozenset("below under less lower quieter slower narrower darker unter weniger leiser tiefer".split())
_BETTER = frozenset("better improved improve besser".split())
_WORSE = frozenset("worse schlechter".split())
_TOO_MUCH = frozenset("much many loud heavy strong big viel viele laut stark fett".split())
_TOO_LITTLE = frozenset("little few quiet low weak less wenig leise schwach".split())
_NOT_MONO = frozenset({"low_stereo", "mono_fold", "corr_neg"})
"""Rules whose finding says that something is not mono enough."""

_ENOUGH = frozenset("enough enuff genug".split())
_EXISTS = re.compile(r"\b(?:is there|are there|do i have|have i got|any|gibts|gibt es|hab ich|habe ich)\b")
_THE_OTHERS = re.compile(r"\b(?:is|are|ist|sind) (?:the |die )?(?:ref\w*|reference)\b")


def reply(brief: Brief, question: Question, subject: Subject, about: Sequence[Finding]) -> list[str]:
    """The name of the statement that answers a question for yes or no; none where nothing measured decides it.

    Args:
        brief: the measurements and findings.
        question: the question as it was read.
        subject: what it is about.
        about: the findings on that.
    """
    if not question.is_yes_or_no or question.wants_any("voices", "ears"):
        return []
    told = _by_value(brief, question, subject) or _by_subject(brief, question, subject)
    if told is None:
        told = _by_findings(question, subject, about)
    if told and question.is_denied and not set(question.words) & _ENOUGH:
        return []  # "isn't it muddy?": yes and no are not clear
    return told


def _by_subject(brief: Brief, question: Question, subject: Subject) -> list[str] | None:
    """For subjects that no finding decides; None for others."""
    if question.wants_any("comparing"):
        return _against_the_reference(brief, question)
    if subject.name == "loudness":
        return _on_loudness(brief, question)
    if subject.name == "versions":
        return _on_versions(brief, question)
    if subject.name == "sections":
        return _on_parts(brief, question)
    if subject.name == "stereo":
        return _on_sides(brief, question)
    if subject.name == "platforms":
        return _on_services(brief, question)
    return None


def _by_value(brief: Brief, question: Question, subject: Subject) -> list[str]:
    """Where a question names a key or a number: whether that is what was measured."""
    entry = quantity(subject.quantity) if subject.quantity else None
    value = entry.read(brief.analysis) if entry is not None else None
    if entry is None or value is None:
        return []
    if isinstance(value, str):
        named = _KEY.search(question.text)
        return [] if named is None else [YES if _is_key(named, entry.written(brief.analysis)) else NO]
    number = _NUMBER.search(question.text)
    if number is None:
        return []
    told = number.group(1).replace("−", "-").replace(",", ".")
    asked, half = float(told), 0.5 * 10.0 ** -len(told.partition(".")[2])
    words = set(question.words)
    if words & _LESS or words & _MORE:
        return [YES if (value < asked) == bool(words & _LESS) else NO]
    return [YES if abs(value - asked) <= half else NO]


def _is_key(named: re.Match[str], told: str) -> bool:
    tonic = named.group(1).casefold().replace(" sharp", "#").replace(" flat", "b").replace("♯", "#").replace("♭", "b")
    tonic = re.sub("is$", "#", tonic)
    tonic = {"as": "ab", "es": "eb", "h": "b", "b": "b"}.get(tonic, re.sub("(?<=[dg])es$", "b", tonic))
    mode = "minor" if named.group(2).casefold() in {"minor", "moll", "min"} else "major"
    return key_name(f"{tonic[:1].upper()}{tonic[1:]} {mode}") == told


def _against_the_reference(brief: Brief, question: Question) -> list[str]:
    """Whether the track has more or less than its reference of what a comparative names."""
    if brief.reference is None:
        return []
    words = set(question.words)
    entry = next(iter(compared_quantities(question)), None)
    if entry is None:
        return []
    own, other = entry.read(brief.analysis), entry.read(brief.reference)
    if own is None or other is None:
        return []
    if isinstance(own, str) or isinstance(other, str):
        return [YES if own == other else NO] if words & {"same", "gleich", "gleiche"} else []
    difference = own - other
    is_same = not entry.differs(difference)
    if words & {"same", "gleich", "gleiche"}:
        return [YES if is_same else NO]
    if not words & (_MORE | _LESS):
        return []
    if _THE_OTHERS.search(" ".join(question.words)):
        difference = -difference
    return [NO if is_same or (difference > 0) != bool(words & _MORE) else YES]


def compared_quantities(question: Question) -> list[Quantity]:
    """The quantities by which a question compares the track with its reference."""
    about = [*question.subjects, *question.carried] if _has_no_subject(question) else question.subjects
    return [quantity(subject.quantity) for subject in about if subject.quantity]


def _has_no_subject(question: Question) -> bool:
    return all(subject.name in {"reference", "target"} for subject in question.subjects)


def _on_versions(brief: Brief, question: Question) -> list[str]:
    """Whether the findings that are asked about became better."""
    words = set(question.words)
    codes = {code for subject in question.subjects for code in subject.codes}
    changes = version_words.changes(brief.diagnosis)
    outcomes = {change.outcome for change in changes if not codes or change.code in codes} or {
        change.outcome for change in changes
    }
    better = bool(outcomes & {VersionOutcome.FIXED, VersionOutcome.IMPROVED})
    worse = bool(outcomes & {VersionOutcome.WORSE, VersionOutcome.NEW})
    if not outcomes:
        return []
    if words & {"fix", "fixed", "weg", "gone"}:
        return [YES if outcomes == {VersionOutcome.FIXED} else PARTLY if better and not worse else NO]
    if not words & (_BETTER | _WORSE):
        return []
    if better and worse:
        return [MIXED]
    return [YES if (better if words & _BETTER else worse) else NO]


def _on_services(brief: Brief, question: Question) -> list[str]:
    """Whether the service that is named turns a track up or down."""
    words = set(question.words)
    named = [one for one in brief.diagnosis.platforms if one.name.casefold() in question.text.casefold()]
    effect = max(named, key=lambda one: len(one.name), default=None)
    if effect is None or effect.gain_db is None:
        return []
    if words & {"down", "quieter", "runter", "leiser"}:
        return [YES if effect.gain_db < 0 else NO]
    if words & {"up", "louder", "hoch", "lauter"}:
        return [YES if effect.gain_db > 0 else NO]
    return []


def _on_loudness(brief: Brief, question: Question) -> list[str]:
    """Whether a master is louder or quieter than the genre's releases, where that is asked."""
    level = brief.analysis.loudness.integrated_lufs
    words, release = set(question.words), brief.genre.release_lufs
    if level is None or brief.request.type is not ReviewType.MASTER:
        return []
    is_quieter = release.low is not None and level < release.low
    is_louder = release.high is not None and level > release.high
    if words & {"quiet", "quieter", "leise"}:
        return [YES if is_quieter else NO]
    if words & {"enough", "enuff", "genug"}:
        return [NO if is_quieter else YES]
    if words & {"loud", "laut", "hot", "much", "viel"} and words & {"too", "zu"}:
        return [YES if is_louder else NO]
    return []


def _on_parts(brief: Brief, question: Question) -> list[str]:
    """Whether the part of the song that is named first is louder, or quieter, than the one that is named next."""
    words = set(question.words)
    if not words & {"louder", "quieter", "lauter", "leiser"}:
        return []
    named = [word for word in question.words if any(names(word, part.label) for part in brief.analysis.sections or ())]
    levels = [_loudest_of(brief, word) for word in dict.fromkeys(named)][:2]
    if len(levels) < 2 or levels[0] == levels[1]:  # one part alone, or two words for it
        return []
    return [YES if (levels[0] > levels[1]) == bool(words & {"louder", "lauter"}) else NO]


def _on_sides(brief: Brief, question: Question) -> list[str] | None:
    """Whether the side that is named is the louder one; None where no side and no comparison is named."""
    words, entry = set(question.words), quantity("balance_db")
    balance_db = entry.number(brief.analysis)
    if balance_db is None or not words & {"left", "links", "right", "rechts"} or not words & {"louder", "lauter"}:
        return None
    if not entry.differs(balance_db):
        return [NO]
    return [YES if (balance_db > 0) == bool(words & {"left", "links"}) else NO]


def _loudest_of(brief: Brief, word: str) -> float:
    """The highest short-term loudness of the parts that a word names, LUFS."""
    parts = [part for part in brief.analysis.sections or () if names(word, part.label)]
    return max((part.short_term_lufs for part in parts if part.short_term_lufs is not None), default=-math.inf)


def _called(question: Question, subject: Subject) -> frozenset[str]:
    """Codes of the rules whose finding says that there is too much, or too little, of a subject, as it is asked."""
    words = set(question.words)
    if "mono" in words:
        return _NOT_MONO if words & _ENOUGH else frozenset()
    if words & _ENOUGH or words & _TOO_LITTLE:
        return subject.less
    return subject.more if words & _TOO_MUCH else frozenset()


def _by_findings(question: Question, subject: Subject, about: Sequence[Finding]) -> list[str]:
    """Whether a finding says what a question calls the sound, or that something is wrong."""
    if subject.name in {"dc", "noise", "peaks"} and not question.qualities and _EXISTS.search(" ".join(question.words)):
        return [YES] if about else [NO] if subject.name == "noise" else []
    is_judged = subject.name in JUDGED or subject.name == "dynamics"
    if not is_judged:
        return []
    if question.qualities:
        called = frozenset[str]().union(*(quality.codes for quality in question.qualities))
        if called.isdisjoint(subject.codes):
            return []
        so = [one for one in about if {one.code, *one.merged} & called]
        if not so:
            return [NO]
        return [YES if max(one.severity.rank for one in so) else PARTLY]
    serious = any(one.severity is not Severity.INFO for one in about)
    if (called := _called(question, subject)) and not question.wants_any("wrong"):
        found = [one for one in about if {one.code, *one.merged} & called]
        if set(question.words) & _ENOUGH:
            return [NO if bool(found) != question.is_denied else YES]
        return [NO if not found else YES if max(one.severity.rank for one in found) else PARTLY]
    if question.wants_any("wrong") or {"too", "zu"} & set(question.words):
        return [YES if serious else PARTLY if about else NO]
    if question.wants_any("right"):
        # notes are neither: they follow without a yes or no
        return [NO] if serious else [] if about else [YES]
    return []
