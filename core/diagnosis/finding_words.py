"""Fills texts with a finding's measured values, rounded for people."""

from core.diagnosis.findings import Finding
from core.diagnosis.phrases import phrases
from core.knowledge.genres import Genre
from core.rules.reading import NOTHING_THERE, Evidence, Span
from core.rules.rule import RuleTexts, remedies_of, rule_texts, rules
from core.text.numbers import bars, frequency, limits, measurement, signed_db, span, span_and_bars
from core.values.request import Detail, ReviewType

FILLED_ALWAYS = frozenset({"value", "where", "genre", "target", "evidence", "advice", "gain", "size", "freq"})
"""Placeholders that every text may use; all others are facts of the finding (`Reading.facts`)."""


LEFT_ALONE = "left_alone"
"""The fact that names what must stay, where a finding's cure would change it."""


def left_alone_text(name: str) -> str:
    """What is said in place of a remedy."""
    return str(phrases()["left_alone"]).format(name=name)


def has_no_cure(finding: Finding) -> bool:
    """Whether nothing is suggested: it must stay as it is, or there is nothing there to be turned."""
    return not {LEFT_ALONE, NOTHING_THERE}.isdisjoint(finding.facts or {})


def where(spans: tuple[Span, ...]) -> str:
    """The spans in words, ready to follow a clause; nothing for the whole song.

    " at 1:04–1:32 (bars 33–46), the second drop", or " at 1:04–1:32 (bars 33–46, the second drop) and 2:10–2:31".
    """
    if len(spans) == 1 and spans[0].label:
        return f" at {place(spans[0])}, {spans[0].label}"
    texts = list(dict.fromkeys(_one(item) for item in spans))
    if not texts:
        return ""
    return " at " + (texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + " and " + texts[-1])


def place(item: Span) -> str:
    """A span as a time, with its bars where they are known: "1:04–1:32 (bars 33–46)"."""
    return span_and_bars(item.start_s, item.end_s, item.first_bar, item.last_bar)


def _one(item: Span) -> str:
    if not item.label:
        return place(item)
    numbers = bars(item.first_bar, item.last_bar)
    inside = f"{numbers}, {item.label}" if numbers else item.label
    return f"{span(item.start_s, item.end_s)} ({inside})"


def fill(template: str, finding: Finding, genre: Genre) -> str:
    """A text with its placeholders replaced: what `FILLED_ALWAYS` names, and the finding's facts."""
    facts = finding.facts or {}
    advice = rules()[finding.code].advice.get(str(facts.get("advice_key", "")), "")
    band = next(iter(finding.remedy.chain.eq), None)
    values = {
        "value": value_in_words(finding),
        "where": where(finding.spans),
        "genre": genre.name,
        "target": limits(finding.target.low, finding.target.high, finding.target.unit),
        "evidence": finding.target.evidence.label,
        "advice": advice,
        "gain": signed_db(band.gain_db) if band else "",
        "size": measurement(abs(band.gain_db), "dB") if band else "",
        "freq": frequency(band.frequency_hz) if band else "",
        **{name: str(value) for name, value in facts.items()},
    }
    return template.format_map(values)


def value_in_words(finding: Finding) -> str:
    """The measured value as the texts of its code want it."""
    value = abs(finding.value) if rules()[finding.code].spoken_as_size else finding.value
    return measurement(value, finding.unit)


def insight(finding: Finding, genre: Genre, detail: Detail, variant: int = 0) -> str:
    """What was found, in words."""
    variants = rule_texts(finding.code).insight[detail]
    if NOTHING_THERE in (finding.facts or {}) and detail is not Detail.SIMPLE:
        variants = (str(phrases()["nothing_there_insight"]),)
    text = fill(variants[variant % len(variants)], finding, genre)
    shape = phrases()["shapes"].get(str((finding.facts or {}).get("shape", "")))
    return f"{shape} {text}" if shape else text


def suggestion(finding: Finding, genre: Genre, kind: ReviewType, detail: Detail, variant: int = 0) -> str:
    """What to do about it, in words; nothing about what the producer wants left alone."""
    if name := (finding.facts or {}).get(LEFT_ALONE):
        return left_alone_text(str(name))
    if NOTHING_THERE in (finding.facts or {}):
        return str(phrases()[NOTHING_THERE])
    variants = suggestions(rule_texts(finding.code), kind)[detail]
    text = fill(variants[variant % len(variants)], finding, genre)
    belongs_in_mix = kind is not ReviewType.MIXDOWN and finding.excess >= rules()[finding.code].mix_from_db
    return f"{text} {phrases()['mix_first']}" if belongs_in_mix else text


def suggestions(texts: RuleTexts, kind: ReviewType) -> dict[Detail, tuple[str, ...]]:
    """The variants for a type; a rule that has no cure on that side offers the other's."""
    wanted = (kind.value, remedies_of(kind), *texts.suggestion)
    return next(texts.suggestion[place] for place in wanted if place in texts.suggestion)


def measured(finding: Finding) -> str:
    """The value with its unit: "+0.8 dBTP"; for rules that judge a state, and have no unit, the state: "2 clicks"."""
    return measurement(finding.value, finding.unit) if finding.unit else str((finding.facts or {}).get("state", ""))


def receipt(finding: Finding) -> str:
    """The measured values a point stands on: "true peak +0.8 dBTP (target ≤ −1.0 dBTP) at 1:04"."""
    if not finding.unit:
        return f"{finding.measure}: {measured(finding)}{where(finding.spans)}"
    target = limits(finding.target.low, finding.target.high, finding.target.unit)
    told = "usual" if finding.target.evidence in {Evidence.LOW, Evidence.GUESS} else "target"
    return f"{finding.measure} {measured(finding)} ({told} {target}){where(finding.spans)}"
