"""Ten thousand hostile answers: nothing unbacked, nothing contradicting and nothing alive reaches a producer."""

import json
import re
import unicodedata
from collections import Counter
from functools import cache

import pytest

from core.advice import Writer
from core.advice.checking.checked_text import checked_review, checked_text, completed
from core.advice.checking.checker import Checker
from core.advice.checking.coverage import EARS
from core.advice.measured.measured_review import measured_review
from core.advice.model.reply import Reply
from core.advice.model.review_draft import draft_of
from core.advice.model.spending import Allowance
from core.advice.prompts.facts import facts_of
from core.advice.prompts.instructions import answer_prompt, review_prompt
from core.review import Brief, Review
from core.values.conversation import Conversation
from tests.support.reviews.golden import stored_tracks
from tests.support.reviews.hostile_answers import TRUTHS, Generator, Hostile
from tests.support.reviews.paraphrases import FILE

SEED = 20_261_121
ANSWERS = [1_000, pytest.param(10_000, marks=pytest.mark.wide)]
LEAST_SHARE_OF_A_KIND = 0.01
THROUGH_THE_WRITER = [100, pytest.param(300, marks=pytest.mark.wide)]

PASS_SHARE = 0.97
PARAPHRASES_LEAST = 500

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_PING = re.compile(r"@|<[#:/a-z&!]|://|www\.|discord\s?\.|\]\(|\.example|`|\|\|")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-").casefold()


@cache
def _tracks() -> dict[str, Brief]:
    return {name: brief for name, brief in stored_tracks().items() if name in TRUTHS}


@cache
def _checkers() -> dict[str, Checker]:
    checkers = {}
    for name, brief in _tracks().items():
        review = measured_review(brief, None)
        systems = [
            review_prompt(brief)[0].content,
            answer_prompt(brief, review, Conversation(1), "?")[0].content,
        ]
        rules = [rule for system in systems for rule in system.split("\n\n") if "looks like this" not in rule]
        checkers[name] = Checker(brief, rules=rules)
    return checkers


@cache
def _numbers_by_unit() -> dict[str, list[float]]:
    """Every number that the facts and the measured texts of all tracks hold, by its unit; "" for those without."""
    found: dict[str, list[float]] = {unit: [] for unit in ("LUFS", "LU", "dBTP", "dB", "", "BPM", "%", "s")}
    for brief in _tracks().values():
        text = _plain(json.dumps(facts_of(brief), ensure_ascii=False) + str(measured_review(brief, "")))
        for unit, values in found.items():
            pattern = rf"([-+]?\d+(?:\.\d+)?)\s*{re.escape(unit.casefold())}(?![\w/])" if unit else r"([-+]?0\.\d+)"
            values.extend(float(value) for value in re.findall(pattern, text))
    sizes = {unit: {abs(value) for value in values} for unit, values in found.items()}
    levels = sizes["LUFS"] | sizes["LU"] | sizes["dBTP"] | sizes["dB"]
    return {unit: sorted(levels if unit in {"LUFS", "LU", "dBTP", "dB"} else sizes[unit]) for unit in sizes}


@cache
def _allowed_numbers(track: str) -> frozenset[float]:
    """Numbers that may stand in anything shown about a track: its facts, its measured texts, the true sentences."""
    brief = _tracks()[track]
    text = json.dumps(facts_of(brief), ensure_ascii=False) + str(measured_review(brief, ""))
    text += str([finding.facts for finding in brief.diagnosis.findings])
    text += FILE.read_text(encoding="utf-8")
    return frozenset(abs(float(number)) for number in _NUMBER.findall(_plain(text)))


def _texts(review: Review) -> list[str]:
    points = [text for item in review.items for text in (item.insight, item.suggestion)]
    return [review.verdict, review.keep, review.first_step, *points]


def _leaked(shown: list[str], hostile: Hostile) -> bool:
    """Whether a hostile statement can be read in what is shown."""
    wanted = _plain(hostile.text).strip().rstrip(".")
    for text in map(_plain, shown):
        at = text.find(wanted)
        if at >= 0 and not (hostile.may_be_marked and text[:at].rstrip().endswith(_plain(EARS).rstrip())):
            return True
    return False


def _unknown_numbers(track: str, shown: list[str]) -> list[str]:
    return [
        number
        for text in shown
        for number in _NUMBER.findall(_plain(text))
        if abs(float(number)) not in _allowed_numbers(track)
    ]


def _shown(track: str, generator: Generator, *, is_review: bool) -> tuple[list[str], list[Hostile]]:
    brief, checker = _tracks()[track], _checkers()[track]
    if is_review:
        parsed, hostile = generator.review(track, sorted(checker.codes))
        return _texts(completed(brief, checked_review(brief, checker, draft_of(json.dumps(parsed))))), hostile
    text, hostile = generator.answer(track)
    kept = checked_text(checker, text).text
    return [kept] if kept else [], hostile


@pytest.mark.parametrize("answers", ANSWERS)
def test_hostile_answers_leave_nothing_unbacked_and_nothing_alive(answers: int) -> None:
    generator = Generator(SEED, _numbers_by_unit())
    tracks = sorted(_tracks())
    leaked: list[str] = []
    unknown: list[str] = []
    alive: list[str] = []
    kinds: Counter[str] = Counter()

    for number in range(answers):
        track = tracks[number % len(tracks)]
        shown, hostile = _shown(track, generator, is_review=number % 2 == 0)
        kinds.update(item.kind for item in hostile)
        leaked += [f"{track} {item.kind}: {item.text[:90]}" for item in hostile if _leaked(shown, item)]
        unknown += [f"{track}: {found}" for found in _unknown_numbers(track, shown)]
        alive += [text for text in shown if _PING.search(_plain(text))]

    assert not leaked, Counter(leaked).most_common(40)
    assert not unknown, Counter(unknown).most_common(20)
    assert not alive, alive[:5]
    assert min(kinds.values()) > LEAST_SHARE_OF_A_KIND * answers, kinds


class _SaysTwice:
    """A model that gives one answer, and another one when it is asked again."""

    def __init__(self, first: str, second: str) -> None:
        self._answers = [first, second]
        self.asked = 0

    def allow(self, meter: object = None) -> Allowance:
        return Allowance(3, 60.0)

    async def complete(self, messages: object, schema: object = None, **_: object) -> Reply:
        self.asked += 1
        return Reply(self._answers[min(self.asked, 2) - 1], 10, 10, 1)


@pytest.mark.parametrize("answers", THROUGH_THE_WRITER)
async def test_hostile_answers_to_the_repair_request_are_not_shown_either(answers: int) -> None:
    generator = Generator(SEED + 1, _numbers_by_unit())
    tracks = sorted(_tracks())
    for number in range(answers):
        track = tracks[number % len(tracks)]
        brief = _tracks()[track]
        codes = sorted(_checkers()[track].codes)
        if number % 2:
            (first, bad), (second, worse) = generator.review(track, codes), generator.review(track, codes)
            model = _SaysTwice(json.dumps(first), json.dumps(second))
            shown = _texts(await Writer(model).review(brief))  # type: ignore[arg-type]
        else:
            (text, bad), (again, worse) = generator.answer(track), generator.answer(track)
            model = _SaysTwice(text, again)
            review = measured_review(brief, None)
            answer = await Writer(model).answer(brief, review, Conversation(1), "is it ok")  # type: ignore[arg-type]
            shown = [answer.text]
        assert model.asked <= 3
        assert not [item.text[:90] for item in (*bad, *worse) if _leaked(shown, item)]
        assert not [text for text in shown if _PING.search(_plain(text))]


@pytest.mark.parametrize("cites", [True, False], ids=["as a point", "as an answer"])
def test_correct_paraphrases_pass_untouched(cites: bool) -> None:
    lines = [line.split(" | ", 3) for line in FILE.read_text(encoding="utf-8").splitlines()]
    checkers = {name: Checker(brief) for name, brief in stored_tracks().items()}

    refused = []
    for track, role, codes, text in lines:
        cited = frozenset(codes.split()) if cites else frozenset()
        judged = checkers[track].judge(text, codes=cited, is_advice=role == "do" or not cites)
        if any(item.problems or item.is_for_ears for item in judged) or " ".join(i.shown for i in judged) != text:
            refused.append((track, text, [problem for item in judged for problem in item.problems]))

    assert len(lines) >= PARAPHRASES_LEAST
    assert len(refused) <= (1 - PASS_SHARE) * len(lines), refused
