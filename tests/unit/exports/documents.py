"""Report documents to render: a full one, a mono one, and one with as little in it as an analysis can have."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.analysis import measurements as m
from core.audio.source import SourceInfo
from core.diagnosis import findings as d
from core.exports import ReportDocument
from core.knowledge.genres import genre_table
from core.review import Brief, DialCard, DialRow, Review, ReviewItem, WrittenBy
from core.rules import reading
from core.values.chain import Chain, EqBand, FilterKind, Limiter
from core.values.conversation import Role, Summary, Turn
from core.values.request import Detail, ReviewRequest, ReviewType

CREATED_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

HOUSE_CURVE_DB = {
    "25": 1.5, "31.5": 6.5, "40": 11.7, "50": 11.6, "63": 11.6, "80": 11.5, "100": 11.5, "125": 9.9, "160": 8.2,
    "200": 6.6, "250": 5.0, "315": 3.4, "400": 2.7, "500": 2.0, "630": 1.4, "800": 0.7, "1000": 0.0, "1250": -0.3,
    "1600": -0.6, "2000": -0.9, "2500": -1.3, "3150": -1.6, "4000": -1.0, "5000": -0.7, "6300": -0.5, "8000": -1.0,
    "10000": -2.2, "12500": -4.4, "16000": -6.8,
}  # fmt: skip
SECTIONS = (
    m.Section(0.0, 15.5, "intro", -14.9),
    m.Section(15.5, 46.5, "verse", -11.2),
    m.Section(46.5, 62.0, "build", -10.6),
    m.Section(62.0, 93.0, "drop", -7.4),
    m.Section(93.0, 124.0, "break", -13.8),
    m.Section(124.0, 186.0, "drop", -7.2),
    m.Section(186.0, 222.0, "outro", -12.5),
)


def timeline() -> m.LoudnessTimeline:
    """A plausible short-term curve over `SECTIONS`, one value per second."""
    values = []
    for second in range(219):
        section = next(s for s in SECTIONS if s.end_s > second + 1.5)
        level = section.short_term_lufs
        assert level is not None
        values.append(level + 0.7 * math.sin(second / 3.1) + 0.3 * math.sin(second * 1.7))
    return m.LoudnessTimeline(1.0, tuple(values))


def spectrum() -> m.Spectrum:
    """The house curve with +4 dB of mud, a little air missing."""
    track = {
        centre: level + 4.4 * math.exp(-((math.log2(float(centre) / 280)) ** 2) / 0.4) - 0.4 * math.sin(float(centre))
        for centre, level in HOUSE_CURVE_DB.items()
    }
    track["16000"] -= 7
    track["20000"] = -24.0
    bands = dict(zip(m.BAND_EDGES_HZ, (-5.1, -3.6, -7.4, -12.4, -16.0, -17.2, -23.5), strict=True))
    return m.Spectrum(bands, track, -3.9)


def stereo() -> m.Stereo:
    """Wide below 120 Hz, fine above."""
    values = (
        *((0.31, -2.4, -1.9), (0.55, -5.2, -1.1), (0.92, -13.0, -0.2), (0.84, -9.5, -0.4)),
        *((0.78, -8.2, -0.5), (0.7, -7.0, -0.7), (-0.12, 0.9, -3.5)),
    )
    bands = {name: m.BandStereo(*value) for name, value in zip(m.BAND_EDGES_HZ, values, strict=True)}
    correlation = tuple(0.6 + 0.25 * math.sin(i / 9) - (0.75 if 124 <= i < 140 else 0) for i in range(222))
    return m.Stereo(0.62, -7.1, -1.2, 2.1, bands, 0.06, m.StereoTimeline(1.0, (None, *correlation[1:]), (2.1,) * 222))


def analysis() -> m.Analysis:
    """A finished but flawed house master."""
    return m.Analysis(
        source=SourceInfo(222.4, 44_100, 2, "mp3", "mp3", None, is_float=False, lossy=True),
        loudness=m.Loudness(-8.6, -6.2, -5.1, 5.6, timeline(), 163.5, 62.4),
        peaks=m.Peaks(0.84, (0.84, 0.31), 0.0, (m.ClippedRun(63.2, 14, 0), m.ClippedRun(130.1, 22, 1)), 412, 63.21),
        dynamics=m.Dynamics(9.4, 6.8, 11.2, 6.0, 140.2),
        transients=m.Transients(4.2, m.AttackCrest(10.4, 9.1, None)),
        spectrum=spectrum(),
        stereo=stereo(),
        bass=m.Bass(7.3, 8.8, -3.1, -1.7, 46.2),
        rhythm=m.Rhythm(124.0, 0.86, (m.TempoCandidate(62.0, 0.4),)),
        tonality=m.Tonality("F# minor", 0.71, (m.KeyCandidate("A major", 0.2),), -4.0),
        sections=SECTIONS,
        faults=m.Faults(
            (0.0061, 0.0058), 2.5, 0.8, m.LowPassEdge(16_050.0, 42.0), identical_channels=False, dead_channel=None
        ),
    )


def _finding(code: str, name: str, severity: reading.Severity, measured: tuple[str, float, str], target: d.Target, *,
             remedy: str, spans: tuple[reading.Span, ...] = (), caveat: str | None = None) -> d.Finding:  # fmt: skip
    measure, value, unit = measured
    return d.Finding(code, name, severity, measure, value, unit, target, 1.0, d.Remedy(remedy), 0.8, spans, caveat)


def findings() -> tuple[d.Finding, ...]:
    """Six findings of all severities, with and without spans."""
    severe, warn, info = reading.Severity.SEVERE, reading.Severity.WARN, reading.Severity.INFO
    high, medium, low = reading.Evidence.HIGH, reading.Evidence.MEDIUM, reading.Evidence.LOW
    drops = (reading.Span(62.0, 93.0), reading.Span(124.0, 186.0))
    return (
        _finding(
            "clip_samples", "Sample clipping", severe, ("clipped runs", 111.2, "runs/min"),
            d.Target(None, 10.0, "runs/min", "ROEX", medium), spans=drops,
            remedy="Back off the clipper or limiter drive by 1–2 dB, use 4× oversampling and a ceiling of −1.0 dBTP.",
        ),
        _finding(
            "low_stereo", "Stereo low end", severe, ("side to mid below 120 Hz", -3.1, "dB"),
            d.Target(None, -17.0, "dB", "TEKK", medium),
            remedy="Sum to mono below 120 Hz (M/S high-pass on the side, 12 dB/oct), then listen in mono.",
            caveat="acoustic bass may be panned by seating",
        ),
        _finding(
            "mud", "Muddiness", warn, ("200–500 Hz against the genre curve", 3.8, "dB"),
            d.Target(None, 1.5, "dB", "common practice", low), spans=(reading.Span(15.5, 93.0),),
            remedy="Bell at 280 Hz, −1.5 dB, Q 0.9 on the master; better −3 dB on the pad and the bass bus in the mix.",
        ),
        _finding(
            "true_peak", "True-peak over", warn, ("true peak", 0.84, "dBTP"),
            d.Target(None, -1.0, "dBTP", "Spotify", high), spans=(reading.Span(63.2, 63.2), reading.Span(130.1, 130.3)),
            remedy="True-peak limiter with its ceiling at −1.0 dBTP.",
            caveat="released club tracks often sit at +0.4 to +1.6 dBTP: a delivery risk, not an audible fault",
        ),
        _finding(
            "lr_balance", "Left/right imbalance", warn, ("left minus right", 2.1, "dB"),
            d.Target(-0.7, 0.7, "dB", "common practice", low),
            remedy="Turn the left channel down by 2 dB, or re-pan the pad.",
        ),
        _finding(
            "dc", "DC offset", info, ("largest channel mean", 0.0061, "FS"),
            d.Target(None, 0.001, "FS", "common practice", medium),
            remedy="High-pass at 5–10 Hz, or remove it at the source.",
        ),
    )  # fmt: skip


def diagnosis() -> d.Diagnosis:
    """Findings, strengths, platforms, a reference and an earlier version."""
    high, medium = reading.Evidence.HIGH, reading.Evidence.MEDIUM
    deltas = {"sub_20_60": 1.2, "bass_60_200": 2.2, "lowmid_200_500": 3.4, "mid_500_2k": 0.0, "presence_2k_5k": -0.8}
    return d.Diagnosis(
        findings(),
        (
            d.Strength(
                "section_contrast",
                "Section contrast",
                "drop against break",
                6.5,
                "LU",
                d.Target(4.1, None, "LU", "TEKK", medium),
            ),
        ),
        (
            d.PlatformEffect("spotify", "Spotify (Normal)", -14.0, -5.4, -14.0, "turned down; no limiter", high),
            d.PlatformEffect("apple_music", "Apple Music Sound Check", -16.0, -7.4, -16.0, "turned down", medium),
            d.PlatformEffect("bandcamp", "Bandcamp", None, None, -8.6, "no normalisation", medium),
            d.PlatformEffect("club_dj", "Club / DJ", None, None, None, "auto-gain and the mixer's trim decide", medium),
        ),
        d.ReferenceComparison(0.9, deltas, {}, (d.Delta("side to mid", 1.4, "dB"), d.Delta("PLR", -1.1, "dB"))),
        (
            d.VersionChange("clip_samples", "Sample clipping", d.VersionOutcome.WORSE, 40.0, 111.2, "runs/min"),
            d.VersionChange("mud", "Muddiness", d.VersionOutcome.IMPROVED, 5.2, 3.8, "dB"),
            d.VersionChange("rumble", "Rumble", d.VersionOutcome.FIXED, -11.0, -26.0, "dB"),
            d.VersionChange("dc", "DC offset", d.VersionOutcome.NEW, None, 0.0061, "FS"),
        ),
    )


def review() -> Review:
    """A review in the producer's words."""
    chain = Chain(eq=(EqBand(FilterKind.BELL, 280.0, -1.5, 0.9),), mono_below_hz=120.0, limiter=Limiter(-1.0, -1.5))
    items = (
        ReviewItem(
            "Both drops run into a hard clipper: 412 clipped runs, up to 22 samples; the true peak is +0.8 dBTP.",
            "Back the clipper off by 1–2 dB, switch on 4× oversampling and set the ceiling to −1.0 dBTP.",
            ("clip_samples", "true_peak"), WrittenBy.MEASURED, "111 runs/min · +0.8 dBTP · 1:02–1:33, 2:04–3:06",
        ),
        ReviewItem(
            "Below 120 Hz the side sits only 3.1 dB under the mid: a mono sub loses 1.7 dB of your bass.",
            "Sum the low end to mono below 120 Hz, then check the kick against the bass in mono.",
            ("low_stereo",), WrittenBy.MEASURED, "−3.1 dB side/mid below 120 Hz · target ≤ −17.0 dB",
        ),
        ReviewItem(
            "Pad and bass pile up around 280 Hz from the verse to the first drop, 3.8 dB over the house curve.",
            "Take 1.5 dB out at 280 Hz with a wide bell (Q 0.9); 3 dB on the pad alone, in the mix, is better.",
            ("mud",), WrittenBy.MODEL, "+3.8 dB at 200–500 Hz · 0:16–1:33",
        ),
    )  # fmt: skip
    rows = (
        DialRow("Equaliser", "Bell, 280 Hz, −1.5 dB, Q 0.9", "mud"),
        DialRow("Stereo", "Mono below 120 Hz", "low_stereo"),
        DialRow("Balance", "Left −2.0 dB", "lr_balance"),
        DialRow("Limiter", "Ceiling −1.0 dBTP, drive −1.5 dB, 4× oversampling", "clip_samples"),
    )
    return Review(
        "Strong arrangement and a loud, confident drop, but it leaves the mix clipped and its bass is not mono-safe.",
        "The contrast: drops stand 6.5 LU above the break, more than the 4.1 LU typical of released house.",
        items, "Bypass the clipper on the master bus, export again and send me that version.",
        WrittenBy.MIXED, DialCard(chain, rows),
        "One point was rewritten from the measurements: the model had named a number that was not measured.",
    )  # fmt: skip


def conversation(questions: int) -> tuple[Turn, ...]:
    """`questions` questions and their answers, a minute apart."""
    turns = []
    for i in range(questions):
        at = CREATED_AT + timedelta(minutes=2 * i)
        turns.append(Turn(Role.USER, f"Question {i + 1}: would a wider pad hide the mud at 280 Hz?", 4711, at))
        answer = (
            "No: that moves it to the sides.\n\n**Try** this first:\n- cut 3 dB at 280 Hz on the pad\n- listen in mono"
        )
        turns.append(Turn(Role.ASSISTANT, answer, None, at + timedelta(seconds=20), "model"))
    return tuple(turns)


def full_document() -> ReportDocument:
    """Every section filled."""
    request = ReviewRequest(ReviewType.MASTER, "house", "tech_house", Detail.PRO, "Is the low end ready for a club?")
    return ReportDocument(
        title="Track 12 · version 2",
        created_at=CREATED_AT,
        genre_name="House / tech house",
        subgenre_name="Tech house",
        brief=Brief(
            request,
            genre_table().get("house"),
            analysis(),
            diagnosis(),
            replace(analysis(), spectrum=replace(spectrum(), third_octave_db=HOUSE_CURVE_DB)),
        ),
        review=review(),
        turns=conversation(4),
        summaries=(Summary(1, "Two passes: unclip the master, then make the bass mono below 120 Hz.", CREATED_AT),),
    )


def minimal_analysis() -> m.Analysis:
    """A mono file with no pulse, no key, no sections and nothing to measure that may be missing."""
    return m.Analysis(
        source=SourceInfo(3.0, 8_000, 1, "pcm_s16le", "wav", 16, is_float=False, lossy=False),
        loudness=m.Loudness(None, None, None, None, m.LoudnessTimeline(1.0, ())),
        peaks=m.Peaks(-120.0, (-120.0,), -120.0, (), 0),
        dynamics=m.Dynamics(None, None, 0.0),
        transients=None,
        spectrum=m.Spectrum({}, {}, None),
        stereo=m.Stereo(None, None, None, None, {}),
        bass=None,
        rhythm=m.Rhythm(None, None),
        tonality=m.Tonality(None, None),
        sections=None,
        faults=m.Faults((0.0,), 0.0, 0.0, None, identical_channels=False, dead_channel=None),
    )


def minimal_document() -> ReportDocument:
    """Nothing found, nothing said."""
    return ReportDocument(
        title="Track 1",
        created_at=CREATED_AT,
        genre_name="Ambient / drone",
        subgenre_name=None,
        brief=Brief(
            ReviewRequest(ReviewType.MIXDOWN, "ambient"),
            genre_table().get("ambient"),
            minimal_analysis(),
            d.Diagnosis((), (), ()),
        ),
        review=Review("", "", (), "", WrittenBy.MEASURED, DialCard(Chain(), ())),
    )
