"""Correct statements about the hand-written tracks, in the words of many engineers.

Written down before the checker's patterns and without looking at them: phrases with holes, and several ways to say a
number. ``python -m tests.support.reviews.golden`` writes ``tests/golden/paraphrases.txt``, one statement a line:
``track | role | cited findings | statement``. Role "say" is an insight or an answer, "do" a suggestion.
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.review import Brief
from core.values.request import Detail, ReviewType
from tests.support.reviews import fixed_analyses as fixed
from tests.support.reviews.briefs import both, brief_of

FILE = Path(__file__).parents[2] / "golden" / "paraphrases.txt"

SEED = 2026
PER_TEMPLATE = 7

_DIGITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty twenty-one twenty-two twenty-three twenty-four twenty-five twenty-six twenty-seven"
).split()


@cache
def tracks() -> dict[str, Brief]:
    """The tracks that the statements are about."""
    return {
        "master": both(ReviewType.MASTER),
        "mix": both(ReviewType.MIXDOWN),
        "mastering": both(ReviewType.MASTERING),
        "thin": brief_of(fixed.thin(), ReviewType.MASTER, Detail.DETAILED),
        "sharp": brief_of(fixed.sharp(), ReviewType.MASTER, Detail.DETAILED),
        "boomy": brief_of(fixed.boomy(), ReviewType.MIXDOWN, Detail.DETAILED),
    }


def exact(value: float, unit: str) -> str:
    """Like −8.1 LUFS, with a true minus."""
    return f"{'−' if value < 0 else ''}{abs(value):.1f} {unit}"


def ascii_minus(value: float, unit: str) -> str:
    """Like -8.1 LUFS."""
    return f"{value:.1f} {unit}"


def glued(value: float, unit: str) -> str:
    """Like −8.1LUFS."""
    return f"{'−' if value < 0 else ''}{abs(value):.1f}{unit}"


def about(value: float, unit: str) -> str:
    """Like about −8 LUFS."""
    return f"about {'−' if value < 0 else ''}{abs(value):.0f} {unit}"


def roughly(value: float, unit: str) -> str:
    """Like roughly −8.1 LUFS."""
    return f"roughly {exact(value, unit)}"


def spelled(value: float, unit: str) -> str:
    """Like around minus eight LUFS."""
    return f"around {'minus ' if value < 0 else ''}{_DIGITS[round(abs(value))]} {unit}"


def signed(value: float, unit: str) -> str:
    """Like +0.8 dBTP."""
    return f"{'−' if value < 0 else '+'}{abs(value):.1f} {unit}"


LEVEL_FORMS = (exact, ascii_minus, glued, about, roughly, spelled)


def size(value: float) -> tuple[str, ...]:
    """Ways to say an amount of decibels without its sign."""
    amount = abs(value)
    forms = [f"{amount:.1f} dB", f"about {amount:.0f} dB", f"{amount:.1f}dB", f"roughly {amount:.1f} dB"]
    if round(amount) < len(_DIGITS):
        forms.append(f"around {_DIGITS[round(amount)]} dB")
    return tuple(forms)


def levels(value: float, unit: str) -> tuple[str, ...]:
    """Ways to say a level."""
    return tuple(form(value, unit) for form in LEVEL_FORMS)


def minus(value: float) -> tuple[str, ...]:
    """Ways to say a difference with its sign."""
    return (exact(value, "dB"), ascii_minus(value, "dB"), f"about {exact(value, 'dB')}")


@dataclass(frozen=True)
class Of:
    """The measured value of a finding."""

    code: str


@dataclass(frozen=True)
class Was:
    """A finding's value in the version before."""

    code: str


@dataclass(frozen=True)
class Band:
    """A band against the genre's curve."""

    name: str


def _measured(brief: Brief, value: "float | Of | Was | Band") -> float | None:
    if isinstance(value, Of):
        return next((finding.value for finding in brief.diagnosis.findings if finding.code == value.code), None)
    if isinstance(value, Was):
        changes = brief.diagnosis.versions or ()
        return next((change.before for change in changes if change.code == value.code), None)
    if isinstance(value, Band):
        return brief.band_deviation_db(value.name)
    return value


@dataclass(frozen=True)
class Size:
    """Ways to say an amount of decibels without its sign."""

    value: "float | Of | Was | Band"


@dataclass(frozen=True)
class Signed:
    """Ways to say a difference with its sign."""

    value: "float | Of | Was | Band"


@dataclass(frozen=True)
class Plain:
    """One way: the size, one decimal."""

    value: "float | Of | Was | Band"


def _ways(brief: Brief, hole: "Sequence[str] | Size | Signed | Plain") -> Sequence[str] | None:
    if not isinstance(hole, Size | Signed | Plain):
        return hole
    value = _measured(brief, hole.value)
    if value is None:
        return None
    if isinstance(hole, Plain):
        return (f"{abs(value):.1f} dB",)
    return size(value) if isinstance(hole, Size) else minus(value)


Template = tuple[str, str, str, str, dict[str, "Sequence[str] | Size | Signed | Plain"]]
"""Track, role, codes, text with holes, and the ways to fill each hole."""

TEMPLATES: tuple[Template, ...] = (
    # ---------------------------------------------------------------- loudness
    ("master", "say", "", "Your master sits at {l} integrated.", {"l": levels(-8.1, "LUFS")}),
    ("master", "say", "", "Integrated loudness comes out at {l}.", {"l": levels(-8.1, "LUFS")}),
    (
        "master",
        "say",
        "",
        "Overall you're at {l}, which is inside what house releases do.",
        {"l": levels(-8.1, "LUFS")},
    ),
    ("master", "say", "", "At {l} this is plenty loud for the genre.", {"l": levels(-8.1, "LUFS")}),
    ("master", "say", "", "The loudest stretch hits {l} short-term.", {"l": levels(-6.0, "LUFS")}),
    ("master", "say", "", "Short-term loudness tops out at {l} around 2:43.", {"l": levels(-6.0, "LUFS")}),
    ("master", "say", "", "Momentary loudness peaks at {l}.", {"l": levels(-5.1, "LUFS")}),
    (
        "master",
        "say",
        "",
        "House usually lands between −13.5 and −7.1 LUFS, and you are at {l}.",
        {"l": levels(-8.1, "LUFS")},
    ),
    (
        "mix",
        "say",
        "",
        "The mix measures {l} integrated, and for an unfinished mix that decides nothing.",
        {"l": levels(-16.6, "LUFS")},
    ),
    ("mix", "say", "", "Level-wise the bounce is at {l}.", {"l": levels(-16.6, "LUFS")}),
    ("thin", "say", "loud_vs_genre", "At {l} this is quieter than most house records.", {"l": levels(-13.7, "LUFS")}),
    (
        "thin",
        "say",
        "loud_vs_genre",
        "It comes in {d} below the quiet end of what house releases do.",
        {"d": ("3.2 LU", "about 3 dB", "3.2 dB")},
    ),
    (
        "thin",
        "do",
        "loud_vs_genre",
        "If you want it to compete, push the limiter in steps of {d}.",
        {"d": ("1 dB", "one dB", "a dB")},
    ),
    ("boomy", "say", "", "The whole thing averages {l}.", {"l": levels(-18.4, "LUFS")}),
    ("master", "say", "", "Loudness range is {l}.", {"l": ("5.7 LU", "about 6 LU", "5.7LU")}),
    ("mix", "say", "", "With a loudness range of {l} the song breathes.", {"l": ("6.3 LU", "roughly 6 LU")}),
    ("thin", "say", "", "The song moves over {l} of loudness range.", {"l": ("8.4 LU", "about 8 LU")}),
    # ---------------------------------------------------------------- peaks
    (
        "master",
        "say",
        "true_peak",
        "True peak reaches {p} at 1:03.",
        {"p": ("0.8 dBTP", "+0.8 dBTP", "about +1 dBTP", "0.8dBTP")},
    ),
    (
        "master",
        "say",
        "true_peak",
        "Your true peak is over zero: {p}.",
        {"p": ("+0.8 dBTP", "0.84 dBTP", "+0.84 dBTP")},
    ),
    (
        "master",
        "say",
        "true_peak",
        "Inter-sample peaks go up to {p}, {o} past the −1 dBTP ceiling.",
        {"p": ("+0.8 dBTP", "0.8 dBTP"), "o": ("1.8 dB", "almost 2 dB", "about two dB")},
    ),
    (
        "master",
        "say",
        "true_peak",
        "The true peak is {o} too hot for a −1.0 dBTP ceiling.",
        {"o": ("1.8 dB", "nearly 2 dB", "about 2 dB")},
    ),
    (
        "master",
        "do",
        "true_peak",
        "Set the ceiling to {c} and switch true-peak limiting on.",
        {"c": ("−1 dBTP", "-1.0 dBTP", "−1.0 dBTP", "minus one dBTP")},
    ),
    (
        "master",
        "do",
        "true_peak",
        "Bring the limiter ceiling down to {c}, with 4x oversampling.",
        {"c": ("−1 dBTP", "−1.0 dBTP")},
    ),
    (
        "master",
        "do",
        "true_peak",
        "If you care about low bitrates, go for {c} instead.",
        {"c": ("−2 dBTP", "−2.0 dBTP")},
    ),
    ("master", "say", "", "Sample peak is {p}.", {"p": ("0.0 dBFS", "0 dBFS")}),
    (
        "master",
        "say",
        "clip_samples",
        "I count {n} clipped runs, the first ones around 1:03.",
        {"n": ("412", "more than 400", "over 400")},
    ),
    ("master", "say", "clip_samples", "The waveform is chopped flat {n} times.", {"n": ("412",)}),
    (
        "master",
        "say",
        "clip_samples",
        "There is real clipping in here, {n} runs of it, the longest {m} samples.",
        {"n": ("412",), "m": ("22",)},
    ),
    ("master", "say", "clip_samples", "Clipping shows up at 1:03 and again at 2:10.", {}),
    (
        "master",
        "do",
        "clip_samples",
        "Back the clipper off by {d} and export again.",
        {"d": ("1–2 dB", "1 to 2 dB", "one or two dB", "a dB or two", "1.5 dB")},
    ),
    (
        "master",
        "do",
        "clip_samples",
        "Go back to the unclipped mix and take {d} off the limiter drive.",
        {"d": ("1 dB", "1-2 dB", "2 dB")},
    ),
    ("mix", "say", "", "Nothing clips in this mix.", {}),
    ("mix", "say", "", "No clipped samples anywhere, good.", {}),
    (
        "mix",
        "say",
        "mix_headroom",
        "The sample peak is at {p}, so there's hardly any headroom left.",
        {"p": ("−0.6 dBFS", "-0.6 dBFS", "about −0.6 dBFS")},
    ),
    (
        "mix",
        "do",
        "mix_headroom",
        "Pull the bus down by {d} before you export.",
        {"d": ("1.4 dB", "about 1.4 dB", "1 dB")},
    ),
    ("thin", "say", "", "Peaks are safe at {p}.", {"p": ("−1.6 dBTP", "-1.6 dBTP")}),
    ("thin", "say", "", "True peak stays below the ceiling at {p}.", {"p": ("−1.6 dBTP",)}),
    ("boomy", "say", "", "There's lots of room: the true peak is only {p}.", {"p": ("−6.3 dBTP", "about −6 dBTP")}),
    # ---------------------------------------------------------------- dynamics
    ("master", "say", "over_limited", "In the densest part the PSR is down to {d}.", {"d": Size(6.9)}),
    ("master", "say", "over_limited", "Peaks clear the short-term loudness by just {d} at 2:20.", {"d": Size(6.9)}),
    ("master", "say", "over_limited", "PSR bottoms out at {d}, and the PLR is {p}.", {"d": Size(6.9), "p": Size(8.9)}),
    (
        "master",
        "say",
        "over_limited",
        "The limiter is working hard: only {d} of peak-to-short-term ratio are left around 2:22.",
        {"d": Size(6.9)},
    ),
    (
        "master",
        "say",
        "over_limited",
        "It's quite squashed, with {d} between the peaks and the short-term loudness.",
        {"d": Size(6.9)},
    ),
    (
        "master",
        "do",
        "over_limited",
        "Drive the limiter {d} less and see whether the drums come back.",
        {"d": ("1 dB", "1–2 dB", "1.5 dB", "2 dB", "one to two dB")},
    ),
    (
        "master",
        "do",
        "over_limited",
        "Ease off the limiter input by {d}; use a release of {r}.",
        {"d": ("1 dB", "1.5 dB"), "r": ("50–150 ms", "100 ms", "80 ms")},
    ),
    ("mix", "say", "", "Peak-to-loudness ratio is {d}, so the mix has plenty of life.", {"d": Size(16.2)}),
    ("mix", "say", "", "The drums still punch: PSR never drops below {d}.", {"d": Size(11.7)}),
    ("thin", "say", "", "Dynamics are healthy, PSR {d}, PLR {p}.", {"d": Size(10.3), "p": Size(12.1)}),
    ("thin", "say", "", "A crest factor of {d} says the transients are intact.", {"d": Size(14.9)}),
    ("master", "say", "", "DR14 comes out at {d}.", {"d": ("6", "6.0", "6 dB")}),
    # ---------------------------------------------------------------- tone
    ("mix", "say", "mud", "The lower mids sit {d} above the house curve.", {"d": Size(Of("mud"))}),
    ("mix", "say", "mud", "There's a build-up between 200 and 500 Hz, {d} more than usual.", {"d": Size(Of("mud"))}),
    ("mix", "say", "mud", "It gets muddy from 0:15 to 1:02, where 200–500 Hz is {d} over.", {"d": Size(Of("mud"))}),
    (
        "mix",
        "say",
        "mud",
        "200-500Hz is {d} too much for this genre and it clouds the vocal and the snare.",
        {"d": Plain(Of("mud"))},
    ),
    ("mix", "say", "mud", "You have {s} in the low mids against the genre curve.", {"s": Plain(Of("mud"))}),
    (
        "mix",
        "do",
        "mud",
        "Dip {f} by {d} on the densest two tracks.",
        {"f": ("315 Hz", "around 300 Hz", "roughly 310 Hz"), "d": ("2 dB", "2.0 dB", "a couple of dB", "1.5 dB")},
    ),
    (
        "mix",
        "do",
        "mud",
        "A wide bell at {f}, {g}, Q {q}.",
        {"f": ("315 Hz", "0.315 kHz", "about 315 Hz"), "g": ("−2 dB", "-2.0 dB"), "q": ("1", "1.2", "1.4")},
    ),
    ("mix", "do", "mud", "High-pass the reverb sends somewhere between 200 and 300 Hz.", {}),
    (
        "master",
        "say",
        "mud",
        "Between 200 and 500 Hz you carry {d} more than the genre usually does.",
        {"d": Size(Of("mud"))},
    ),
    (
        "master",
        "do",
        "mud",
        "One gentle cut of {d} near {f} is enough.",
        {"d": ("1.5 dB", "1 dB", "1.5dB"), "f": ("315 Hz", "300 Hz")},
    ),
    ("mix", "say", "dull", "The top is dark: 5–10 kHz lies {d} under the curve.", {"d": Size(Of("dull"))}),
    ("mix", "say", "dull", "5 to 10 kHz is {d} shy of what house has.", {"d": Size(Of("dull"))}),
    (
        "mix",
        "say",
        "dull",
        "Up top there's {d} less than usual between 5 and 10 kHz, so the hats stay behind a curtain.",
        {"d": Size(Of("dull"))},
    ),
    ("mix", "say", "dull", "The air band is {d} below the genre curve.", {"d": Size(Band("air_10k_20k"))}),
    (
        "mix",
        "do",
        "dull",
        "Lift it with a high shelf of {g} from {f}.",
        {"g": ("+3 dB", "3 dB", "2 dB", "+3.0 dB"), "f": ("7 kHz", "7k", "7000 Hz")},
    ),
    (
        "mix",
        "do",
        "dull",
        "Add {g} of shelf at {f} on the overheads.",
        {"g": ("2 dB", "3 dB", "two dB"), "f": ("7 kHz",)},
    ),
    ("thin", "say", "thin_low", "The low end is thin: 60–200 Hz is {d} below the curve.", {"d": Size(Of("thin_low"))}),
    (
        "thin",
        "say",
        "thin_low",
        "There's little weight down there, {d} under the house curve between 60 and 200 Hz.",
        {"d": Size(Of("thin_low"))},
    ),
    (
        "thin",
        "do",
        "thin_low",
        "Raise the lows with a shelf of {g}.",
        {"g": ("1.5 dB", "+1.5 dB", "1 dB", "half a dB")},
    ),
    ("sharp", "say", "harsh", "2–5 kHz pokes out by {d}.", {"d": Size(Of("harsh"))}),
    (
        "sharp",
        "say",
        "harsh",
        "The upper mids are harsh, {d} over what house usually has between 2 and 5 kHz.",
        {"d": Size(Of("harsh"))},
    ),
    (
        "sharp",
        "say",
        "harsh",
        "Presence is {d} hotter than the genre curve and that tires the ear.",
        {"d": Size(Of("harsh"))},
    ),
    (
        "sharp",
        "do",
        "harsh",
        "Take {d} off the upper mids with a wide bell.",
        {"d": ("1.5 dB", "1 dB", "about 1.5 dB")},
    ),
    (
        "sharp",
        "say",
        "bright_excess",
        "The top end is bright, {d} over the curve between 5 and 10 kHz.",
        {"d": Size(Of("bright_excess"))},
    ),
    ("sharp", "do", "bright_excess", "Shave {d} off with a high shelf.", {"d": ("1.5 dB", "1 dB")}),
    (
        "boomy",
        "say",
        "low_end_buildup",
        "Too much sub: 20–60 Hz is {d} above the curve.",
        {"d": Size(Of("low_end_buildup"))},
    ),
    (
        "boomy",
        "say",
        "low_end_buildup",
        "It booms, with {d} more between 20 and 60 Hz than house usually carries.",
        {"d": Size(Of("low_end_buildup"))},
    ),
    (
        "boomy",
        "do",
        "low_end_buildup",
        "Turn the bass down a little, then cut {d} around 50 Hz.",
        {"d": ("4 dB", "3 dB", "2 dB")},
    ),
    ("boomy", "do", "low_end_buildup", "High-pass everything that isn't kick or bass at 80–120 Hz.", {}),
    (
        "boomy",
        "do",
        "low_end_buildup",
        "Roll the lows off everything but kick and bass below {f}.",
        {"f": ("100 Hz", "80 Hz", "120 Hz", "80 to 120 Hz")},
    ),
    # ---------------------------------------------------------------- stereo
    ("master", "say", "low_stereo", "Below 120 Hz the sides are only {d} under the mid.", {"d": Size(3.3)}),
    ("master", "say", "low_stereo", "Your low end is wide: side against mid is {s} below 120 Hz.", {"s": Signed(-3.3)}),
    (
        "master",
        "say",
        "low_stereo",
        "The sub is spread out, {s} side-to-mid under 120 Hz; it should be −17 dB or less.",
        {"s": Signed(-3.3)},
    ),
    (
        "master",
        "do",
        "low_stereo",
        "Cut the side signal below {f}.",
        {"f": ("110 Hz", "100–120 Hz", "120 Hz", "100 Hz")},
    ),
    ("mix", "do", "low_stereo", "Keep kick and bass mono under {f}.", {"f": ("100 Hz", "120 Hz", "100–120 Hz")}),
    ("mix", "say", "low_stereo", "The bass isn't mono: {s} side against mid.", {"s": Signed(-3.3)}),
    ("master", "say", "lr_balance", "The left channel is {d} louder than the right.", {"d": Size(1.9)}),
    ("master", "say", "lr_balance", "It leans left by {d}.", {"d": Size(1.9)}),
    ("master", "do", "lr_balance", "Bring the left side down {d}.", {"d": ("1.9 dB", "about 2 dB", "1.5 dB")}),
    ("boomy", "say", "lr_balance", "The picture leans to the right by {d}.", {"d": Size(2.6)}),
    ("boomy", "say", "mono_fold", "Folded to mono you lose {d}.", {"d": Size(4.6)}),
    ("boomy", "say", "mono_fold", "In mono the track drops by {d}, because the channels cancel.", {"d": Size(4.6)}),
    (
        "boomy",
        "say",
        "mono_fold",
        "A correlation of {c} means left and right work against each other, and mono costs {d}.",
        {"c": ("0.04", "about 0.0"), "d": Size(4.6)},
    ),
    (
        "boomy",
        "do",
        "mono_fold",
        "Narrow the widest sound to {p} and check in mono.",
        {"p": ("60–80%", "80%", "80 %", "70 percent")},
    ),
    (
        "thin",
        "say",
        "",
        "It holds together in mono, with only {d} lost.",
        {"d": ("0.4 dB", "about half a dB", "0.4dB")},
    ),
    ("thin", "say", "", "The low end is solidly in the middle, {s} side against mid.", {"s": Signed(-27.4)}),
    ("thin", "say", "", "Left and right are balanced.", {}),
    ("mix", "say", "", "Correlation averages {c}.", {"c": ("0.58", "about 0.6", "0.6")}),
    ("mix", "say", "", "Overall width: side is {s} against mid.", {"s": Signed(-7.7)}),
    ("boomy", "say", "mono_fold", "Between 2:04 and 2:20 the correlation goes negative.", {}),
    # ---------------------------------------------------------------- the file and the music
    (
        "master",
        "say",
        "dc",
        "There is a DC offset of {v}.",
        {"v": ("0.0061 FS", "0.61%", "about 0.6 %", "0.61 percent of full scale")},
    ),
    ("master", "do", "dc", "A gentle high-pass around {f} cleans that up.", {"f": ("14 Hz", "15 Hz")}),
    (
        "master",
        "say",
        "silence",
        "You have {v} of silence before the music.",
        {"v": ("2.5 s", "2.5 seconds", "two and a half seconds")},
    ),
    ("master", "do", "silence", "Leave {v} before the first sound.", {"v": ("0.1–0.3 s", "0.2 s", "0.3 seconds")}),
    ("master", "say", "", "The tempo is {b}.", {"b": ("124 BPM", "124 bpm", "about 124 BPM")}),
    ("thin", "say", "", "I hear {b}, or twice that with less certainty: 197 BPM.", {"b": ("98.5 BPM", "about 98 BPM")}),
    ("boomy", "say", "", "It runs at {b}, or 70 in half time.", {"b": ("140 BPM", "140 bpm")}),
    ("master", "say", "", "The key is most likely {k}.", {"k": ("F♯ minor", "F# minor", "F sharp minor")}),
    ("boomy", "say", "", "It's in {k}, possibly F major.", {"k": ("D minor",)}),
    ("thin", "say", "", "The tuning is {c} off concert pitch.", {"c": ("7 cents", "about 7 cents")}),
    (
        "master",
        "say",
        "",
        "You sent a 24-bit WAV at 44.1 kHz, {t} long.",
        {"t": ("3:42", "3 minutes 42", "3 min 42 s")},
    ),
    ("thin", "say", "", "The file is a 24-bit FLAC at {f}.", {"f": ("48 kHz", "48k")}),
    # ---------------------------------------------------------------- parts, reference, versions, platforms
    (
        "master",
        "say",
        "",
        "The second drop at 2:04 runs at {l}, the first at {m}.",
        {"l": levels(-7.2, "LUFS")[:3], "m": levels(-7.4, "LUFS")[:3]},
    ),
    ("master", "say", "", "The break is down at {l}.", {"l": levels(-13.8, "LUFS")}),
    ("mix", "say", "", "The intro sits at {l}.", {"l": levels(-24.9, "LUFS")[:4]}),
    ("master", "say", "", "Against the reference you have {d} more between 200 and 500 Hz.", {"d": Size(3.0)}),
    ("master", "say", "", "Your reference has {d} more air than you at the same loudness.", {"d": Size(3.5)}),
    ("master", "say", "", "You are {d} louder than the reference.", {"d": ("1.8 LU", "1.8 dB", "about 2 LU")}),
    ("mix", "say", "", "Compared to the reference, 10–20 kHz is {d} lower.", {"d": Size(7.2)}),
    (
        "master",
        "say",
        "",
        "The mud got better: from {a} down to {b} over the curve.",
        {"a": Plain(Was("mud")), "b": Plain(Of("mud"))},
    ),
    (
        "master",
        "say",
        "",
        "The true peak came down from {a} to {b}.",
        {"a": ("1.6 dBTP", "+1.6 dBTP"), "b": ("0.8 dBTP", "+0.8 dBTP")},
    ),
    (
        "master",
        "say",
        "",
        "The balance improved since the last version, {a} before and {b} now.",
        {"a": ("3.1 dB",), "b": ("1.9 dB",)},
    ),
    ("master", "say", "", "Spotify will turn this down by {d}.", {"d": Size(5.9)}),
    ("master", "say", "", "On Apple Music it plays {d} quieter, at −16 LUFS.", {"d": Size(7.9)}),
    ("master", "say", "", "YouTube and TIDAL both pull it down {d} to −14 LUFS.", {"d": Size(5.9)}),
    ("master", "say", "", "Deezer takes {d} off.", {"d": Size(6.9)}),
    ("boomy", "say", "", "Spotify would turn it up by {d}.", {"d": Size(4.4)}),
    # ---------------------------------------------------------------- without numbers
    ("master", "say", "clip_samples", "The loudest hits are being cut off.", {}),
    ("master", "say", "low_stereo", "The bass is too wide for a club system.", {}),
    ("master", "say", "over_limited", "The loud parts feel flattened by the limiter.", {}),
    ("mix", "say", "dull", "The mix could use some sparkle.", {}),
    ("mix", "say", "mud", "The warm middle is crowded.", {}),
    ("thin", "say", "thin_low", "There isn't much bottom under the song.", {}),
    ("sharp", "say", "harsh", "The upper mids bite.", {}),
    ("boomy", "say", "low_end_buildup", "The low end is heavy and eats the headroom.", {}),
    ("boomy", "say", "mono_fold", "Parts of it vanish on a mono speaker.", {}),
    ("mix", "say", "", "It's dynamic and nothing is clipped.", {}),
    ("thin", "say", "", "It's mono-compatible and well centred.", {}),
    ("thin", "say", "", "No clipping, no over-limiting: the peaks are in good shape.", {}),
    ("mix", "say", "", "Good punch, clean peaks.", {}),
    ("mix", "do", "mud", "Mute the pads and see if the fog lifts.", {}),
    ("mix", "do", "low_stereo", "Put the kick and the bass in the middle and check it in mono.", {}),
    ("thin", "do", "thin_low", "Turn the bass up a touch.", {}),
    ("boomy", "do", "mono_fold", "Flip the polarity of one side of the wide synth and listen again.", {}),
    ("master", "do", "over_limited", "Back off the limiter and listen to what the drums do.", {}),
    ("mix", "say", "", "Use your ears: the vocal may sit a little far back.", {}),
    ("master", "do", "true_peak", "Turn on true-peak mode in your limiter.", {}),
    ("master", "do", "dc", "Leave it alone unless edits click.", {}),
    ("master", "do", "silence", "Trim the start and let the reverb tail ring out.", {}),
)


def statements(briefs: Mapping[str, Brief]) -> Iterator[tuple[str, str, str, str]]:
    """All lines of the file, the same on every machine."""
    draw = random.Random(SEED)
    for track, role, codes, text, holes in TEMPLATES:
        brief = briefs[track]
        known = {finding.code for finding in brief.diagnosis.findings}
        filled = {name: _ways(brief, hole) for name, hole in holes.items()}
        if not set(codes.split()) <= known or None in filled.values():
            continue
        ways = [values for values in filled.values() if values is not None]
        combinations = [dict(zip(filled, values, strict=True)) for values in itertools.product(*ways)]
        chosen = combinations if len(combinations) <= PER_TEMPLATE else draw.sample(combinations, PER_TEMPLATE)
        for filling in chosen:
            yield track, role, codes, text.format(**filling)


def write(briefs: Mapping[str, Brief]) -> None:
    """Write the file."""
    lines = [" | ".join(parts) for parts in statements(briefs)]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
