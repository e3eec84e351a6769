"""Applies the rules to an analysis, ranks the findings, and adds strengths, platforms and comparisons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.analysis.level.encoded_passages import EncodedPeak
from core.analysis.measurements import Analysis, ContentKind
from core.diagnosis.comparing.likeness import likeness
from core.diagnosis.comparing.references import compare_reference
from core.diagnosis.comparing.services import platform_effects
from core.diagnosis.comparing.tone_moves import tone_moves
from core.diagnosis.comparing.versions import compare_versions
from core.diagnosis.dead_zone import are_written_alike, dead_zone
from core.diagnosis.finding_words import DEGREE, LEFT_ALONE, frequency_fact, left_alone_text, suggestion
from core.diagnosis.findings import Diagnosis, Finding, Remedy, Target
from core.diagnosis.merging import merged
from core.diagnosis.positions import positions
from core.diagnosis.shapes import shaped
from core.diagnosis.song_places import labelled
from core.diagnosis.strengths import strengths
from core.knowledge.focus import Intent, parse_intent
from core.knowledge.genre_words import in_words_of
from core.knowledge.genres import Genre
from core.rules.all_rules import measures
from core.rules.equaliser_moves import chain_for
from core.rules.reading import Evidence, JudgedTrack, Reading, Severity, Span
from core.rules.rule import Levels, Rule, Tier, rules
from core.text.language import in_language
from core.values.request import Detail, ReviewRequest

_SEVERITIES = (Severity.INFO, Severity.WARN, Severity.SEVERE)

EVIDENCE_CONFIDENCE = {Evidence.HIGH: 0.95, Evidence.MEDIUM: 0.8, Evidence.LOW: 0.6, Evidence.GUESS: 0.4}
"""Confidence (0 to 1) of a finding by its evidence mark, for a value at the rule's warning level or beyond it."""

BARELY = 0.7
"""Share of `EVIDENCE_CONFIDENCE` for a value exactly at the info level; it rises linearly to 1 at the warning level."""

TIER_STEP = 1.5
"""Tiers that one step of severity weighs: a severe finding of taste ranks before a note on the file's integrity, but
after a warning about it."""

LAST = 100.0
"""Weight, in tiers, that a finding loses where its remedy would change what must stay: it comes after all others."""


def diagnose(
    analysis: Analysis,
    genre: Genre,
    request: ReviewRequest,
    *,
    reference: Analysis | None = None,
    previous: Sequence[Finding] | None = None,
    earlier: Analysis | None = None,
    encoded: Sequence[EncodedPeak] = (),
) -> Diagnosis:
    """Judge a track by its measurements.

    Args:
        analysis: the track.
        genre: the genre that was asked for.
        request: type, detail and focus.
        reference: a track to be compared with; None where there is none.
        previous: findings of the version before this one; None for a first version.
        earlier: the measurements of that version, for how its tone has changed; None for a first version.
        encoded: peaks after encoding; empty where that was not tried.

    Returns:
        Findings with the most important first, strengths, platform effects and the comparisons that were asked for;
        their texts are in the language of the request.
    """
    with in_language(request.language):
        return _diagnose(analysis, genre, request, reference, previous, earlier, encoded)


def _diagnose(
    analysis: Analysis,
    genre: Genre,
    request: ReviewRequest,
    reference: Analysis | None,
    previous: Sequence[Finding] | None,
    earlier: Analysis | None,
    encoded: Sequence[EncodedPeak],
) -> Diagnosis:
    subject = JudgedTrack(analysis, genre, request, reference, tuple(encoded))
    intent = parse_intent(request.focus)
    before = replace(subject, analysis=earlier, encoded=()) if earlier is not None else None
    content = _instead_of_music(subject)
    is_music = content is None
    # without music nothing is a matter of taste or of translation to other systems, and no note on the file says more
    # than its measurements do: a test tone is often mono
    judged = [rule for rule in rules().values() if is_music or rule.tier is Tier.INTEGRITY]
    found = [finding for rule in judged if (finding := _judge(rule, subject)) is not None]
    found = [finding for finding in found if is_music or finding.severity is not Severity.INFO]
    wanted = [_as_wished(finding, intent) for finding in merged(found, subject)]
    findings = shaped(sorted(wanted, key=lambda finding: _importance(finding, intent), reverse=True))
    return Diagnosis(
        findings=findings,
        strengths=strengths(subject, findings) if is_music else (),
        platforms=platform_effects(analysis, is_speech="spoken" in genre.tags),
        reference=compare_reference(analysis, reference) if reference is not None else None,
        versions=compare_versions(previous, findings, subject, before) if previous is not None and is_music else None,
        encoded_peaks=subject.encoded,
        intent=intent,
        excerpt=subject.excerpt,
        content=content,
        positions=positions(subject) if is_music else (),
        tone_since=tone_moves(earlier, analysis) if earlier is not None and is_music else None,
        previous_is=likeness(earlier, analysis) if earlier is not None and is_music else None,
    )


def _instead_of_music(subject: JudgedTrack) -> ContentKind | None:
    """What the file holds where that is no music; speech is what a spoken genre asks for."""
    content = subject.analysis.content
    if content is None or content.kind is ContentKind.MUSIC:
        return None
    is_asked_for = content.kind is ContentKind.SPEECH and "spoken" in subject.genre.tags
    return None if is_asked_for else content.kind


def _judge(rule: Rule, subject: JudgedTrack) -> Finding | None:
    levels = rule.levels_for(subject.request.type, subject.genre.tags)
    reading = measures()[rule.id](subject) if levels is not None else None
    if levels is None or reading is None:
        return None
    severity = _severity(rule, levels, reading)
    return None if severity is None else _finding(rule, levels, reading, severity, subject)


def _severity(rule: Rule, levels: Levels, reading: Reading) -> Severity | None:
    reached = _reached(rule, levels, reading)
    if reading.floor is not None:
        reached.append(reading.floor)
    if not reading.counts or not reached:
        return None
    severity = max(reached, key=lambda item: item.rank)
    if reading.ceiling is not None and reading.ceiling.rank < severity.rank:
        severity = reading.ceiling
    return severity


def _reached(rule: Rule, levels: Levels, reading: Reading) -> list[Severity]:
    """The severities whose levels the value is beyond, the least first; none where it lies at the end of its target."""
    target = _target(rule, levels, reading)
    if target.distance(reading.value) <= dead_zone(rule) or any(
        are_written_alike(reading.value, limit, rule.unit) for limit in (target.low, target.high)
    ):
        return []
    sign = 1.0 if rule.is_above and not rule.judged_by_rarity else -1.0
    value = _judged_value(rule, reading)
    by_severity = zip(_SEVERITIES, (levels.info, levels.warn, levels.severe), strict=True)
    return [severity for severity, level in by_severity if sign * value > sign * level]


def _finding(rule: Rule, levels: Levels, reading: Reading, severity: Severity, subject: JudgedTrack) -> Finding:
    target, at = _target(rule, levels, reading), reading.most_at_s
    reached = _reached(rule, levels, reading)
    if not reached:
        # another measurement made it: the value lies within its range, which is no limit of what was found
        target = replace(target, low=None, high=None)
    most_at = () if at is None else _labelled((Span(at, at),), subject)
    draft = Finding(
        code=rule.id,
        name=rule.name,
        severity=severity,
        measure=rule.measure,
        value=reading.value,
        unit=rule.unit,
        target=target,
        excess=target.distance(reading.value),
        remedy=Remedy("", chain_for(rule, reading, subject)),
        confidence=_confidence(rule, target.evidence, levels, reading),
        spans=_labelled(reading.spans, subject),
        caveat=reading.caveat or in_words_of(subject.genre.tags, rule.caveat),
        facts={**reading.facts, DEGREE: reached[-1].value if reached else Severity.INFO.value},
        is_doubtful=reading.ceiling is Severity.INFO and reading.caveat is not None,
        most_at=next(iter(most_at), None),
    )
    text = suggestion(draft, subject.genre, subject.request.type, Detail.PRO)
    return replace(draft, remedy=Remedy(text, draft.remedy.chain))


def _labelled(spans: tuple[Span, ...], subject: JudgedTrack) -> tuple[Span, ...]:
    return labelled(spans, subject.analysis.sections, subject.analysis.rhythm.bars)


def _target(rule: Rule, levels: Levels, reading: Reading) -> Target:
    evidence = max(Evidence(rule.evidence), Evidence(reading.evidence or rule.evidence), key=list(Evidence).index)
    source = reading.source or rule.source
    if reading.target is not None:
        return Target(*reading.target, rule.unit, source, evidence)
    limit = levels.info if reading.level_as_value is None else reading.level_as_value(levels.info)
    if rule.is_above:
        return Target(None, limit, rule.unit, source, evidence)
    return Target(limit, None, rule.unit, source, evidence)


def _confidence(rule: Rule, evidence: Evidence, levels: Levels, reading: Reading) -> float:
    value = _judged_value(rule, reading)
    step = abs(levels.warn - levels.info) or 1.0
    clearness = min(1.0, abs(value - levels.info) / step)
    return round(EVIDENCE_CONFIDENCE[evidence] * (BARELY + (1 - BARELY) * clearness), 2)


def _judged_value(rule: Rule, reading: Reading) -> float:
    """The value that is compared with the levels, nearer to them by the dead zone; the rarity, where there is one."""
    if reading.further_out_percent is not None:
        return reading.further_out_percent
    value = reading.value if reading.judged is None else reading.judged
    return value - dead_zone(rule) if rule.is_above else value + dead_zone(rule)


def _as_wished(finding: Finding, intent: Intent) -> Finding:
    """The finding; without its remedy where that would change what must stay.

    It becomes a note then; a finding on the file's integrity keeps its severity. The frequency of its remedy stays a
    fact, since what was found is told with it.
    """
    rule = rules()[finding.code]
    name = intent.left_alone_by(rule.alters)
    if name is None:
        return finding
    is_broken = rule.tier is Tier.INTEGRITY
    return replace(
        finding,
        severity=finding.severity if is_broken else Severity.INFO,
        remedy=Remedy(left_alone_text(name)),
        facts={**(finding.facts or {}), **frequency_fact(finding), LEFT_ALONE: name},
    )


@dataclass(frozen=True, order=True, slots=True)
class _Importance:
    """The order of findings, the highest first.

    Attributes:
        is_broken: the file cannot be used as it is.
        is_asked: the producer's focus names its subject: that is answered before anything else is told.
        weight: severity and tier, in tiers.
        confidence: of the finding.
        excess: its distance from the limit, in its own unit.
    """

    is_broken: bool
    is_asked: bool
    weight: float
    confidence: float
    excess: float


def _importance(finding: Finding, intent: Intent) -> _Importance:
    rule = rules()[finding.code]
    is_integrity = rule.tier is Tier.INTEGRITY
    tier = Tier.NOTE if finding.is_doubtful else rule.tier
    must_stay = intent.left_alone_by(rule.alters) is not None and not is_integrity
    return _Importance(
        is_broken=is_integrity and finding.severity is Severity.SEVERE,
        is_asked=intent.is_stressed(rule.focus) and not must_stay,
        weight=finding.severity.rank * TIER_STEP - tier.rank - (LAST if must_stay else 0.0),
        confidence=finding.confidence,
        excess=finding.excess,
    )
