"""Receipts: every number in a text is held against the ledger of its brief, under what the sentence says it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.advice.checking import clauses
from core.advice.checking import moves as remedies
from core.advice.checking.entries import Entry, Kind
from core.advice.checking.finding_entries import tags_of
from core.advice.checking.ledger import ledger
from core.advice.checking.metrics import BriefWords, Mention, tags_within
from core.advice.checking.numbers_in_prose import WrittenNumber, written_numbers
from core.advice.checking.time_facts import time_facts
from core.advice.measured.dial_card import CHAIN_CODE
from core.advice.measured.measured_review import card
from core.analysis.measurements import BAND_EDGES_HZ
from core.review import Brief

_COMPATIBLE = {
    "dB": frozenset({"dB", "LU", "dBTP", "dBFS"}),
    "LU": frozenset({"LU", "dB"}),
    "": frozenset({"", "dB", "LU", "dBTP", "dBFS", "LUFS", "BPM", "Hz", "cents"}),
}
"""What a written unit may stand for; every other unit stands for itself."""

_APPROXIMATE = {"dB": 0.3, "LU": 0.3, "LUFS": 0.3, "dBTP": 0.3, "dBFS": 0.3, "BPM": 1.0, "cents": 1.0, "s": 0.3}
"""How far "about" reaches beyond rounding."""

ABOUT_SHARE = 0.12
"""The same for counts and frequencies, as a share."""

TIME_SLACK_S = 2.0
"""People name a second; findings begin and end within one."""

SHORT_TERM_AROUND_S = 3.0
"""The window of short-term loudness: what is said of a moment may be any value that covers it."""

_NOT_LOUDNESS = frozenset(
    {"psr", "plr", "lra", "crest", "true_peak", "sample_peak", "width", "mono", "balance", "lowmid"}
)
"""A sentence about these names no level of the timeline."""

_HAVE_A_NUMBER = frozenset({"psr", "plr", "lra", "dr14", "crest", "true_peak", "correlation", "integrated", "tempo"})
"""Said of these, a bare small number is a value and no count of things."""

_SETTINGS = frozenset({"Hz", "Q", ":1", "ms", "x", ""})
"""Units of dials: nobody reports a measured Q."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as it is read for numbers.

    Attributes:
        text: after `spelling.plain` and `spelling.digits`.
        codes: findings that its point cites; empty in an answer.
        is_advice: remedies may be named in it.
        before: tags of the sentences before it, for a sentence that names nothing itself.
    """

    text: str
    codes: frozenset[str]
    is_advice: bool
    before: frozenset[str] = frozenset()


class Receipts:
    """The numbers of one brief, ready to be looked up."""

    def __init__(self, brief: Brief, vocabulary: BriefWords, allowed_times_s: Sequence[float] = ()) -> None:
        self._entries = ledger(brief)
        self._moves = remedies.moves(brief, card(brief))
        self._vocabulary = vocabulary
        self._timeline = brief.analysis.loudness.timeline
        self._loudest = brief.analysis.loudness.max_short_term_lufs
        self._duration_s = brief.analysis.source.duration_s
        self._bars = brief.analysis.rhythm.bars
        self._times = tuple(time_facts(brief))
        self._asked_s = tuple(allowed_times_s)
        self._tags = {finding.code: tags_of(finding) for finding in brief.diagnosis.findings}

    def unbacked(self, said: Said) -> list[str]:
        """The numbers of a sentence that no fact backs, as they were written."""
        found = written_numbers(said.text)
        mentions = self._vocabulary.located(said.text) if found else []
        problems = [said.text[q.start : q.end].strip() for q in found if not self._is_backed(q, said, found, mentions)]
        return list(dict.fromkeys([*problems, *clauses.unread(said.text, found)]))

    def _is_backed(
        self, quantity: WrittenNumber, said: Said, all_found: Sequence[WrittenNumber], mentions: Sequence[Mention]
    ) -> bool:
        if quantity.unit == "time":
            return self._is_known_time(quantity.value, said, tags_within(mentions, 0, len(said.text)))
        if quantity.unit == "bar":
            return self._is_known_bar(quantity.value, said, tags_within(mentions, 0, len(said.text)))
        if quantity.unit == "Hz" and self._is_band_edge(quantity, said):
            return True
        place = clauses.clause(said.text, quantity, all_found)
        clause = said.text[place[0] : place[1]]
        is_amount = said.is_advice and quantity.unit == "dB" and clauses.is_amount(said.text[place[0] : quantity.start])
        if not is_amount and any(
            self._matches(entry, quantity, said) for entry in self._candidates(quantity, said, place, mentions)
        ):
            return True
        if quantity.unit in {"LUFS", "LU", "dB"} and self._is_on_timeline(quantity, said, all_found):
            return True
        if quantity.unit == "bit" and said.is_advice:
            return quantity.value in remedies.BIT_DEPTHS
        tags = tags_within(mentions, 0, len(said.text))
        if quantity.unit not in _SETTINGS and clauses.is_reported(clause, tags_within(mentions, *place)):
            return False
        if (said.is_advice or quantity.unit == "Hz") and self._is_a_move(quantity, said, clause, tags):
            return True
        return quantity.unit == "" and self._is_everyday(quantity, said, clause, tags)

    # ---------------------------------------------------------------- facts

    def _candidates(
        self, quantity: WrittenNumber, said: Said, place: tuple[int, int], mentions: Sequence[Mention]
    ) -> list[Entry]:
        sentence, clause = said.text, said.text[place[0] : place[1]]
        soft = self._vocabulary.soft(clause) | (self._vocabulary.soft(sentence) & {"reference", "server", "version"})
        if not re.search(r"[a-z]{4}", clause.replace("LUFS", "")):
            # only the number stands in it, in brackets: it goes with what stands before
            soft |= self._vocabulary.soft(sentence)
        units = _COMPATIBLE.get(quantity.unit, frozenset({quantity.unit}))
        if quantity.unit == "" and clauses.COUNTED.match(sentence[quantity.end :]):
            units = frozenset({"count"})
        pool = [
            entry for entry in self._entries if entry.unit in units and (entry.needs is None or entry.needs in soft)
        ]
        if "reference" in soft and quantity.unit in {"dB", "LU"}:
            pool = [entry for entry in pool if entry.needs == "reference"]
        elif "server" in soft and quantity.unit in {"dB", "LU"}:
            pool = [entry for entry in pool if entry.needs == "server"]
        sentence_tags = tags_within(mentions, 0, len(sentence))
        clause_tags = tags_within(mentions, *place)
        clause_tags |= {tag for tag in sentence_tags & {"low_side", "low_mono"} if clause_tags & {"width", "mono"}}
        for tags in (clause_tags, tags_within(mentions, 0, quantity.start), sentence_tags, said.before):
            bound = [entry for entry in pool if entry.tags & tags]
            if bound:
                return bound
        if quantity.unit == "":
            return []
        return [entry for entry in pool if self._by_default(entry, said.codes)]

    def _by_default(self, entry: Entry, codes: frozenset[str]) -> bool:
        """Where nothing says what a number is of, a point means its findings, an answer anything of the song itself."""
        if codes:
            return entry.code in codes or any(entry.tags & self._tags.get(code, frozenset()) for code in codes)
        return not any(tag.startswith(("platform:", "section:")) or "+" in tag for tag in entry.tags)

    @staticmethod
    def _matches(entry: Entry, quantity: WrittenNumber, said: Said) -> bool:
        tolerance = _tolerance(quantity, entry)
        if entry.kind is Kind.SIZE:
            return abs(abs(quantity.value) - entry.value) <= tolerance and not (
                quantity.is_signed and quantity.value < 0
            )
        direction = clauses.direction(said.text, quantity)
        if entry.kind is Kind.LEVEL:
            if quantity.unit == "dB" and direction and not clauses.OF_FULL_SCALE.match(said.text[quantity.end :]):
                return False
            return abs(quantity.value - entry.value) <= tolerance
        if entry.needs == "reference" and clauses.REFERENCE_HAS.search(said.text):
            direction = -direction
        if direction and not quantity.is_signed:
            return abs(direction * quantity.value - entry.value) <= tolerance
        if quantity.is_signed:
            says = direction * abs(quantity.value) if direction else quantity.value
            return abs(says - entry.value) <= tolerance
        return abs(quantity.value - abs(entry.value)) <= tolerance

    # ---------------------------------------------------------------- times, frequencies, everyday numbers

    def _is_known_time(self, time_s: float, said: Said, named: frozenset[str]) -> bool:
        if time_s > self._duration_s + TIME_SLACK_S:
            return False
        if any(abs(time_s - asked) <= TIME_SLACK_S for asked in self._asked_s):
            return True
        tags = named or said.before
        # a point's own times belong to its subject: a sentence about another subject takes that one's
        own = {code for code in said.codes if not named or self._tags.get(code, frozenset()) & named}
        for fact in self._times:
            fits = fact.code in own or bool(fact.tags & tags) or (not said.codes and not tags)
            if fits and fact.start_s - TIME_SLACK_S <= time_s <= fact.end_s + TIME_SLACK_S:
                return True
        return False

    def _is_known_bar(self, number: float, said: Said, named: frozenset[str]) -> bool:
        """A bar may be named where a time in it may be; none may where bars are not sure."""
        if self._bars is None:
            return False
        start_s = self._bars.first_downbeat_s + (number - 1.0) * self._bars.bar_s
        inside = (0.0, self._bars.bar_s / 2.0, self._bars.bar_s)
        return any(self._is_known_time(start_s + after_s, said, named) for after_s in inside)

    def _is_on_timeline(self, quantity: WrittenNumber, said: Said, all_found: Sequence[WrittenNumber]) -> bool:
        """The short-term loudness around a moment that the same sentence names, or how far it is below the loudest."""
        if self._vocabulary.hard(said.text) & _NOT_LOUDNESS or self._timeline.hop_s <= 0:
            return False
        near = quantity.step / 2 + 0.01
        for other in all_found:
            levels = self._levels_around(other.value) if other.unit == "time" else ()
            if quantity.unit == "LUFS" and any(abs(level - quantity.value) <= near for level in levels):
                return True
            gaps = [(self._loudest or 0.0) - level for level in levels]
            is_below = clauses.direction(said.text, quantity) < 0
            if quantity.unit != "LUFS" and is_below and any(abs(gap - abs(quantity.value)) <= near for gap in gaps):
                return True
        return False

    def _levels_around(self, time_s: float) -> tuple[float, ...]:
        timeline = self._timeline
        first = max(0, round((time_s - SHORT_TERM_AROUND_S) / timeline.hop_s))
        return timeline.short_term_lufs[first : first + round(2 * SHORT_TERM_AROUND_S / timeline.hop_s)]

    def _is_band_edge(self, quantity: WrittenNumber, said: Said) -> bool:
        """Both edges of a band, or one edge behind a word that makes it an edge ("below 120 Hz")."""
        edges = {edge for pair in BAND_EDGES_HZ.values() for edge in pair} | {120.0}
        if quantity.partner is not None:
            pair = tuple(sorted((quantity.value, quantity.partner)))
            return any(pair == known for known in (*BAND_EDGES_HZ.values(), (60.0, 120.0)))
        before = said.text[: quantity.start]
        return (
            quantity.value in edges
            and bool(clauses.THRESHOLD_BEFORE.search(before))
            and not before.rstrip().endswith("at")
        )

    def _is_a_move(self, quantity: WrittenNumber, said: Said, clause: str, named: frozenset[str]) -> bool:
        fitting = [move for move in self._moves if move.code in said.codes or move.code == CHAIN_CODE]
        here = self._vocabulary.hard(clause)
        if said.codes and any(m.tags & here for m in self._moves) and not any(m.tags & here for m in fitting):
            # the words are about another finding than the one that is cited
            return False
        if not said.codes:
            tags = named or said.before
            fitting = [move for move in self._moves if not tags or move.tags & tags or not move.tags]
            fitting = fitting or list(self._moves)
        return any(remedies.allows(move, quantity, clause, said.text) for move in fitting)

    def _is_everyday(self, quantity: WrittenNumber, said: Said, clause: str, named: frozenset[str]) -> bool:
        """A small count of things ("2 tracks"), or a frequency without its unit ("around 300")."""
        if clauses.COUNTED.match(said.text[quantity.end :]):
            return False
        if quantity.value in {1.0, 2.0, 3.0, 4.0} and quantity.step == 1.0 and not quantity.is_signed:
            return not self._vocabulary.hard(clause) & _HAVE_A_NUMBER
        as_hertz = WrittenNumber(quantity.value, "Hz", quantity.step, False, True, quantity.start, quantity.end)
        return quantity.value >= 20 and self._is_a_move(as_hertz, said, clause, named)


def _tolerance(quantity: WrittenNumber, entry: Entry) -> float:
    rounding = quantity.step / 2 * 1.02
    if entry.unit == "Hz":
        share = ABOUT_SHARE if quantity.is_about else remedies.FREQUENCY_SLACK
        return share * entry.value
    if not quantity.is_about:
        return rounding
    if entry.unit in {"count", "samples", "runs/min", "%"}:
        return max(rounding, ABOUT_SHARE * abs(entry.value))
    return max(rounding, _APPROXIMATE.get(entry.unit, 0.0))
