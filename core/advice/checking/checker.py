"""Receipts for whole texts: each sentence of an answer is held against the measurements before anybody sees it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.advice import subjects
from core.advice.checking import comparisons, coverage, manners
from core.advice.checking.assertions import unbacked_assertions
from core.advice.checking.claims import Truth, claims_in
from core.advice.checking.metrics import BriefWords
from core.advice.checking.numbers_in_prose import written_numbers
from core.advice.checking.receipts import Receipts, Said
from core.advice.checking.spelling import digits, one_typography
from core.advice.measured.moments import times_in
from core.diagnosis.finding_words import filled, suggestions
from core.diagnosis.strengths import strength_sentence
from core.review import Brief
from core.rules.rule import rule_texts
from core.values.request import Detail

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\u201d]*\s+(?=[\"'(\u201c]?[A-Z0-9\u2212+-])|\n+")
_FACTOR = re.compile(
    r"\b(?:twice|thrice|doubl\w+|tripl\w+|quadrupl\w+|half|an? (?:third|quarter|fifth|tenth)|two[- ]thirds|"
    r"three quarters|"
    r"\d+(?:\.\d+)? ?x)\s+(?:as|the|that|what|its|your|of|more|louder|quieter|bigger|wider|narrower|too)\b|"
    r"\b(?:\d+(?:\.\d+)?|two|three|four) times\s+(?:as|more|louder|quieter|bigger|wider|stronger)\b|"
    r"\b(?:doubled|halved|tripled) (?:in|the|its|your)\b|\bby (?:half|a (?:third|quarter))\b",
    re.IGNORECASE,
)
_OVERSAMPLING = re.compile(r"\b\d+ ?x oversampl\w*", re.IGNORECASE)
_IMPERATIVE = re.compile(
    r"^\W*(?:(?:then|now|first|next|just|simply|also|so|and|or|please|gently|maybe|finally),?\s+)*(?:cut|boost|"
    r"turn|pull|bring|take|set|"
    r"put|use|try|add|lower|raise|reduce|check|listen|keep|leave|move|pan|mute|solo|narrow|widen|high-?pass|"
    r"low-?pass|roll|trim|back|ease|"
    r"drive|push|automate|sidechain|side-chain|dip|lift|shave|tame|bypass|switch|open|go|make|find|look|export|"
    r"bounce|flip|start|play|"
    r"compare|group|bell|shelf|replace|clean|let|carve|duck|soften|tighten|don't|do not|avoid|"
    r"stop|send|render)\b",
    re.IGNORECASE,
)
_YOURS = re.compile(r"\b(?:your|you (?:asked|mention\w*|suggest\w*|said|propos\w*|had in mind))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with what is wrong with it.

    Attributes:
        text: as it was written.
        separator: what stood behind it.
        problems: in words for a repair request; empty where the measurements back it.
        is_for_ears: it speaks of what only ears can tell, and must say so.
    """

    text: str
    separator: str
    problems: tuple[str, ...]
    is_for_ears: bool = False

    @property
    def shown(self) -> str:
        """The sentence as people see it."""
        if not self.is_for_ears:
            return self.text
        first = self.text[0].lower() if self.text[1:2].islower() and not self.text.startswith("I ") else self.text[0]
        return f"{coverage.EARS}{first}{self.text[1:]}"


class Checker:
    """Holds texts about one brief against its measurements."""

    def __init__(self, brief: Brief, *, rules: Sequence[str] = (), question: str = "") -> None:
        self._brief = brief
        self._vocabulary = BriefWords(brief)
        self._receipts = Receipts(brief, self._vocabulary, times_in(question))
        self._truth = Truth(brief)
        self._rules = manners.shingles(rules)
        self._names = _known_names(brief)
        self._praised = _praised(brief)
        self._covered = {finding.code: _covered(brief, finding.code) for finding in brief.diagnosis.findings}
        self._asked = {(q.unit, abs(q.value)) for q in written_numbers(digits(one_typography(question)))}
        self.codes = frozenset(self._covered)

    def judge(self, text: str, *, codes: frozenset[str] = frozenset(), is_advice: bool = False) -> list[Judged]:
        """Every sentence of a text. `codes`: findings it stands on; without, the whole brief may be named."""
        if len(text) > manners.ANSWER_MAX_CHARACTERS:
            return [Judged(text, "", ("the answer is far too long",))]
        judged: list[Judged] = []
        before: frozenset[str] = frozenset()
        for sentence, separator in sentences(text):
            readable = digits(one_typography(sentence))
            problems = self._manners(sentence) or self._statements(readable, codes, before, is_advice=is_advice)
            is_for_ears = coverage.needs_ears(
                readable, self._covered_by(codes), is_advice=bool(_IMPERATIVE.match(readable))
            )
            judged.append(Judged(sentence, separator, tuple(problems), is_for_ears))
            before = self._vocabulary.hard(readable) or before
        return judged

    def problems(self, text: str, *, codes: frozenset[str] = frozenset(), is_advice: bool = False) -> list[str]:
        """What is wrong with a text, for a repair request."""
        return [problem for item in self.judge(text, codes=codes, is_advice=is_advice) for problem in item.problems]

    def _manners(self, sentence: str) -> list[str]:
        """Faults that need no measurement to be seen."""
        if len(sentence) > manners.SENTENCE_MAX_CHARACTERS:
            return ["a sentence is far too long"]
        if manners.is_live(sentence):
            return ["a link, a mention or markup"]
        if manners.is_other_script(sentence) or manners.is_foreign(sentence):
            return ["not in English"]
        if manners.is_machine_talk(one_typography(sentence), self._rules):
            return ["talk about instructions, codes or the data itself"]
        readable = digits(one_typography(sentence))
        if manners.is_off_topic(readable, subjects.known_words()) and not claims_in(readable):
            return ["nothing of it is about this track"]
        return [
            f"“{name}” is not in the facts" for name in manners.unknown_names(one_typography(sentence), self._names)
        ]

    def _statements(self, text: str, codes: frozenset[str], before: frozenset[str], *, is_advice: bool) -> list[str]:
        """Numbers and claims that the measurements do not back."""
        said = Said(text, codes, is_advice, before)
        numbers = [number for number in self._receipts.unbacked(said) if not self._is_the_producers(number, text)]
        factors = [match.group(0) for match in _FACTOR.finditer(_OVERSAMPLING.sub("", text))]
        if "tempo" in self._vocabulary.hard(text):
            factors = []
        problems = [f"the number “{number}” does not stand in the facts for this" for number in numbers]
        problems += [f"“{factor}” was not measured" for factor in factors]
        claims = claims_in(text)
        problems += [f"“{claim.words}” is not what was measured" for claim in claims if self._truth.denies(claim)]
        if not _IMPERATIVE.match(text):
            problems += [f"“{clause}” was not measured" for clause in unbacked_assertions(text, self._truth, claims)]
        others = [
            *coverage.foreign_products(text),
            *coverage.wrong_platform_claims(text, self._brief),
            *coverage.wrong_keys(text, self._brief),
            *comparisons.wrong_comparisons(text, self._brief),
            *(comparisons.wrong_moves(text, self._brief) if is_advice else ()),
        ]
        return problems + [f"“{words}” is not backed by the facts" for words in others]

    def _is_the_producers(self, number: str, text: str) -> bool:
        """A number of the question may be repeated as the producer's own."""
        if not _YOURS.search(text):
            return False
        return any((q.unit, abs(q.value)) in self._asked for q in written_numbers(number))

    def _covered_by(self, codes: frozenset[str]) -> str:
        return " ".join([self._praised, *(self._covered.get(code, "") for code in (codes or self.codes))])


def sentences(text: str) -> Iterator[tuple[str, str]]:
    """Sentences with what stands between them and the next."""
    at = 0
    for match in _SENTENCE_END.finditer(text):
        if text[at : match.start()].strip():
            closing = match.group(0).rstrip()
            yield text[at : match.start()].strip() + closing, match.group(0)[len(closing) :]
        at = match.end()
    if text[at:].strip():
        yield text[at:].strip(), ""


def _covered(brief: Brief, code: str) -> str:
    """The measured words on a finding: what they name may be named."""
    finding = next(finding for finding in brief.diagnosis.findings if finding.code == code)
    words = rule_texts(code)
    variants = (words.insight, suggestions(words, brief.request.type))
    texts = [
        filled(text, finding, brief.genre, "") for table in variants for detail in Detail for text in table[detail]
    ]
    return " ".join([*texts, finding.caveat or ""]).casefold()


def _praised(brief: Brief) -> str:
    """The measured words on what works."""
    return " ".join(strength_sentence(strength, brief.genre) for strength in brief.diagnosis.strengths).casefold()


def _known_names(brief: Brief) -> frozenset[str]:
    """Names that the facts hold."""
    names = [effect.name for effect in brief.diagnosis.platforms]
    names += [brief.genre.name, *(subgenre.name for subgenre in brief.genre.subgenres), *brief.genre.aliases]
    names += [part.label for part in brief.analysis.sections or ()]
    names += [finding.name for finding in brief.diagnosis.findings]
    words = {word.casefold().strip("()") for name in names for word in re.split(r"[\s/]+", name)}
    return frozenset(words | {"earshot", brief.analysis.source.codec.casefold()})
