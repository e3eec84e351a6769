"""Fills texts with a finding's measured values, rounded for people."""

from core.diagnosis.findings import Finding
from core.diagnosis.phrases import phrases
from core.knowledge.genre_words import in_words_of
from core.knowledge.genres import Genre
from core.rules.reading import NOTHING_THERE, Evidence, Severity, Span
from core.rules.rule import RuleTexts, remedies_of, rule_texts, rules
from core.rules.taste import POSITION
from core.text.language import ENGLISH, language, worded
from core.text.numbers import bars, frequency, limits, listed, lower_first, measurement, signed_db, span, span_and_bars
from core.values.request import Detail, ReviewType

FILLED_ALWAYS = frozenset({"value", "where", "genre", "target", "advice", "gain", "size", "freq", "degree"})
"""Placeholders that every text may use; all others are facts of the finding (`Reading.facts`)."""


DEGREE = "degree"
"""Key in `Finding.facts` for how far its value is beyond its levels: the severity whose level it passes, whatever other
measurements make of it. Texts tell it as a word before a comparison: "{degree} heavier"."""

LEFT_ALONE = "left_alone"
"""Key in `Finding.facts` for the name of what must stay, where the finding's remedy would change it."""


def left_alone_text(name: str) -> str:
    """The sentence that replaces a remedy; `name` is what the producer wants to keep."""
    return str(phrases()["left_alone"]).format(name=name)


def has_no_cure(finding: Finding) -> bool:
    """Whether a finding has no remedy: it must stay as it is, or nothing plays in its band."""
    return not {LEFT_ALONE, NOTHING_THERE}.isdisjoint(finding.facts or {})


def is_taste(finding: Finding) -> bool:
    """Whether a finding is a position among finished tracks that is no warning."""
    return finding.severity is Severity.INFO and POSITION in (finding.facts or {})


def named_in_a_list(code: str) -> str:
    """What a rule is called among others: "mains hum"; with its article where names have capitals ("das Rumpeln").

    Raises:
        KeyError: no rule has this code.
    """
    rule = rules()[code]
    if language() != ENGLISH:
        return rule.called
    return rule.name if rule.name[:2].isupper() else lower_first(rule.name)


def at_spans(spans: tuple[Span, ...]) -> str:
    """The spans in words, with a space before them, to follow a clause; empty for the whole song.

    Returns:
        " at 1:04–1:32 (bars 33–46), the second drop", or " at 1:04–1:32 (bars 33–46, the second drop) and 2:10–2:31".
    """
    if len(spans) == 1 and spans[0].label:
        return worded("places.one_with_its_part", span=span_in_words(spans[0]), part=spans[0].label)
    texts = list(dict.fromkeys(_one(item) for item in spans))
    return worded("places.at", places=listed(texts)) if texts else ""


def span_in_words(item: Span) -> str:
    """A span as a time, with its bars where they are known: "1:04–1:32 (bars 33–46)"."""
    return span_and_bars(item.start_s, item.end_s, item.first_bar, item.last_bar)


def _one(item: Span) -> str:
    if not item.label:
        return span_in_words(item)
    numbers = bars(item.first_bar, item.last_bar)
    inside = f"{numbers}, {item.label}" if numbers else item.label
    return f"{span(item.start_s, item.end_s)} ({inside})"


def fill(template: str, finding: Finding, genre: Genre) -> str:
    """A text in the words of a genre, with its placeholders replaced by the finding's values.

    Args:
        template: the text; it may use the placeholders of `FILLED_ALWAYS` and the names of the finding's facts.
        finding: the finding whose values are written, rounded for people.
        genre: the genre whose name replaces {genre}.

    Raises:
        KeyError: the text has a placeholder that is neither.
    """
    facts = finding.facts or {}
    advice = rules()[finding.code].advice.get(str(facts.get("advice_key", "")), "")
    band = next(iter(finding.remedy.chain.eq), None)
    values = {
        "value": value_in_words(finding),
        "where": at_spans(finding.spans),
        "genre": genre.name,
        "target": limits(finding.target.low, finding.target.high, finding.target.unit),
        "advice": in_words_of(genre.tags, advice),
        "gain": signed_db(band.gain_db) if band else "",
        "size": measurement(abs(band.gain_db), "dB") if band else "",
        "freq": "",
        **frequency_fact(finding),
        **{name: str(value) for name, value in facts.items()},
        DEGREE: phrases()["degrees"][str(facts.get(DEGREE, finding.severity.value))],
    }
    return in_words_of(genre.tags, template).format_map(values)


def frequency_fact(finding: Finding) -> dict[str, str]:
    """The frequency of a finding's equaliser move in words, {freq} in its texts; nothing where it has no move."""
    band = next(iter(finding.remedy.chain.eq), None)
    return {"freq": frequency(band.frequency_hz)} if band else {}


def filled(template: str, finding: Finding, genre: Genre, otherwise: str) -> str:
    """A text filled with a finding's values; `otherwise` where it was found by an earlier version without its facts."""
    try:
        return fill(template, finding, genre)
    except KeyError:
        return otherwise


def value_in_words(finding: Finding) -> str:
    """The measured value with its unit; without its sign where the rule's texts say the direction."""
    value = abs(finding.value) if rules()[finding.code].spoken_as_size else finding.value
    return measurement(value, finding.unit)


def insight(finding: Finding, genre: Genre, detail: Detail, variant: int = 0) -> str:
    """What was found, in words.

    Args:
        finding: what was found.
        genre: the genre it is named with.
        detail: which of the rule's texts.
        variant: any number; it picks one of the variants of that text.
    """
    variants = rule_texts(finding.code).insight[detail]
    if NOTHING_THERE in (finding.facts or {}) and detail is not Detail.SIMPLE:
        variants = (str(phrases()["nothing_there_insight"]),)
    text = filled(variants[variant % len(variants)], finding, genre, f"{finding.name}: {measured(finding)}.")
    shape = phrases()["shapes"].get(str((finding.facts or {}).get("shape", "")))
    return f"{shape} {text}" if shape else text


def suggestion(finding: Finding, genre: Genre, kind: ReviewType, detail: Detail, variant: int = 0) -> str:
    """What to do about a finding, in words; one fixed sentence where it has no remedy (`has_no_cure`).

    Args:
        finding: what was found.
        genre: the genre it is named with.
        kind: the type of review, which decides where the remedy applies.
        detail: which of the rule's texts.
        variant: any number; it picks one of the variants of that text.
    """
    if name := (finding.facts or {}).get(LEFT_ALONE):
        return left_alone_text(str(name))
    if NOTHING_THERE in (finding.facts or {}):
        return str(phrases()[NOTHING_THERE])
    variants = suggestions(rule_texts(finding.code), kind)[detail]
    text = filled(variants[variant % len(variants)], finding, genre, finding.remedy.text)
    if is_taste(finding) and "advice_key" not in (finding.facts or {}):
        return str(phrases()["closer"]).format(move=lower_first(text))
    belongs_in_mix = kind is not ReviewType.MIXDOWN and finding.excess >= rules()[finding.code].mix_from_db
    return f"{text} {phrases()['mix_first']}" if belongs_in_mix else text


def suggestions(texts: RuleTexts, kind: ReviewType) -> dict[Detail, tuple[str, ...]]:
    """Variants of the suggestion by detail: those of the review type, or of another place where it has none."""
    wanted = (kind.value, remedies_of(kind), *texts.suggestion)
    return next(texts.suggestion[place] for place in wanted if place in texts.suggestion)


def measured(finding: Finding) -> str:
    """The value with its unit ("+0.8 dBTP"), or the state in words ("2 clicks") for a rule without a unit."""
    return measurement(finding.value, finding.unit) if finding.unit else str((finding.facts or {}).get("state", ""))


def receipt(finding: Finding) -> str:
    """Measure, value, target and place of a finding: "true peak +0.8 dBTP (target ≤ −1.0 dBTP) at 1:04"."""
    if not finding.unit or finding.target.low is finding.target.high is None:
        separator = " " if finding.unit else ": "
        return f"{finding.measure}{separator}{measured(finding)}{at_spans(finding.spans)}"
    target = limits(finding.target.low, finding.target.high, finding.target.unit)
    is_usual = POSITION in (finding.facts or {}) or finding.target.evidence in {Evidence.LOW, Evidence.GUESS}
    key = "receipts.usual" if is_usual else "receipts.target"
    told = {"measure": finding.measure, "value": measured(finding), "target": target}
    return worded(key, **told, where=at_spans(finding.spans))
