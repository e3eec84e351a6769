"""What producers ask about: the words that name each subject, matched with a forgiving eye for typing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from core.targets.named import TargetComparison
from core.text.nearest import nearest

CLOSE_ENOUGH = 0.8
"""Likeness for a misspelt word of `FUZZY_FROM` letters or more ("loudnes", "spotifi", "squashd")."""

FUZZY_FROM = 5
_SAME_LETTER_FROM = 2
"""A misspelling keeps its first letters: "peaks" is not "speaks"."""

_ASKS_WHERE_TO_START = re.compile(r"\b(i|to|you|we|should|id) start\b|\bstart (with|on|from)\b")
"""Only then: "at the start" is a place in the song."""

WORD = re.compile(r"[a-zäöüß0-9#&'-]+")


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: the words that name it, the findings that belong to it, the bands it lives in."""

    name: str
    label: str
    words: frozenset[str]
    codes: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()


def _subject(name: str, label: str, words: str, codes: str = "", bands: str = "") -> Subject:
    return Subject(name, label, frozenset(words.split()), tuple(codes.split()), tuple(bands.split()))


SUBJECTS = (
    _subject("dc", "DC offset", "dc offset centre-line", "dc"),
    _subject(
        "noise",
        "noise and faults",
        "noise noisy hum humming hiss hissing buzz buzzing click clicks pop pops dropout dropouts glitch glitches",
        "hum noise_floor level_jump",
    ),
    _subject("silence", "silence at the ends", "silence silent gap gaps trim ending", "silence cut_tail"),
    _subject(
        "versions",
        "what changed",
        "version versions v1 v2 v3 v4 changed change changes better worse improved improve improvement fixed earlier "
        "previous last-time before since progress",
    ),
    _subject("reference", "the reference", "reference references ref refs compared comparison versus vs against"),
    _subject("strengths", "what works", "good strength strengths works keep nice strong positive great solid"),
    _subject(
        "settings",
        "settings",
        "eq settings setting dial plugin plugins compressor chain knobs preset presets numbers values ratio attack "
        "release threshold multiband equaliser equalizer",
    ),
    _subject(
        "platforms",
        "streaming",
        "spotify apple itunes youtube tidal deezer soundcloud amazon bandcamp streaming stream platform platforms "
        "normalisation normalization normalise normalize store stores playlist",
    ),
    _subject(
        "tempo",
        "tempo",
        "tempo bpm speed fast slow half halftime half-time doubletime double-time pace",
        "tempo_sanity",
    ),
    _subject("key", "key", "key scale minor major chord chords"),
    _subject(
        "tuning",
        "tuning",
        "tuning tune tuned pitch pitched detuned cents sharp-or-flat 440 432 440hz 432hz",
        "key_sanity",
    ),
    _subject(
        "peaks",
        "peaks",
        "peak peaks peek clip clips clipped clipping true-peak truepeak dbtp over overs ceiling headroom distortion "
        "distorted distorts crackle crackles crackling overload red",
        "clip_samples true_peak mix_headroom codec_overshoot stream_gain",
    ),
    _subject(
        "dynamics",
        "dynamics",
        "dynamics dynamic dynamically punch punchy limiter limited limiting limit squashed squash crushed compressed "
        "compression overcompressed flat lifeless psr plr crest dr dr14 lra drums drum snare transient transients",
        "over_limited mix_loudness transient_dull dynamics_flat lra_change",
    ),
    _subject(
        "low_end",
        "low end",
        "bass basses low lows low-end lowend sub subs subbass kick kicks bottom boomy boom rumble rumbly 808 808s "
        "subwoofer club weight thump",
        "low_end_buildup thin_low low_stereo kick_bass rumble",
        "sub_20_60 bass_60_200",
    ),
    _subject(
        "low_mids",
        "lower mids",
        "mud muddy muddiness boxy boxiness warm warmth cloudy lowmid low-mid lowmids low-mids mid mids midrange 300 "
        "300hz cluttered crowded congested body woolly honky",
        "mud boxy",
        "lowmid_200_500",
    ),
    _subject(
        "highs",
        "top end",
        "harsh harshness bright brightness brighter dull duller dark darker air airy top highs high treble hats hat "
        "hihats cymbals sibilance sibilant sharp shrill sparkle crisp top-end topend",
        "harsh dull bright_excess sibilance lossy_source",
        "presence_2k_5k high_5k_10k air_10k_20k",
    ),
    _subject(
        "stereo",
        "stereo and mono",
        "stereo mono wide wider width narrow narrower phase fase phasing correlation balance balanced left channel "
        "channels "
        "image imaging pan panned panning phone phones lean leans leaning side sides centre center headphones",
        "mono_fold low_stereo lr_balance dual_mono corr_neg width_vs_genre",
    ),
    _subject(
        "sections",
        "the parts of the song",
        "intro outro verse chorus drop drops break breakdown build buildup bridge section sections part parts "
        "arrangement loudest quietest structure",
    ),
    _subject(
        "loudness",
        "loudness",
        "loud louder loudness quiet quieter lufs volume level levels rms",
        "loud_vs_genre over_limited",
    ),
    _subject(
        "file",
        "the file",
        "file format mp3 wav flac length long duration sample samplerate sample-rate bit bits 16-bit 24-bit upload "
        "uploaded export exported bounce bounced lossy",
        "lossy_source dual_mono fake_hires sample_rate",
    ),
)
"""Where two subjects are named equally often, the earlier one is answered first."""

HINTS = {
    "true_peak": frozenset("true true-peak truepeak dbtp overs".split()),
    "clip_samples": frozenset("clip clips clipped clipping distortion distorted crackle crackling red".split()),
    "lr_balance": frozenset("left right lean leans leaning balance side centre center".split()),
    "mono_fold": frozenset("mono phase fase phasing phone phones correlation".split()),
    "low_stereo": frozenset("wide wider width sub bass low".split()),
    "thin_low": frozenset("thin weight weak light".split()),
    "harsh": frozenset("harsh harshness sharp".split()),
    "dull": frozenset("dull dark air sparkle".split()),
    "bright_excess": frozenset("bright brightness hats sibilance shrill".split()),
}
"""Of several findings on one subject, the one whose words were used is answered with."""

_GROUPS = {
    "first": frozenset("first begin starting priority priorities important biggest main worst next urgent".split()),
    "why": frozenset("why how what fix problem problems issue issues wrong help advice tips".split()),
    "voices": frozenset(
        "vocal vocals vox voice singer singing rap adlibs guitar guitars synth synths lead leads pad pads piano "
        "strings melody sample".split()
    ),
    "comparing": frozenset("reference references ref refs".split()),
}


PARTS = _GROUPS["voices"]
"""Voices and instruments: named in questions, though a stereo file does not tell them apart."""

TARGET = _subject("target", "the server's target", "target targets server servers")
"""Only where a track was held against one: elsewhere a target is what a rule asks for."""


def asks_for_target(words: Sequence[str], comparison: TargetComparison | None) -> bool:
    """Whether a question is about the target that the track was held against, by that word or by its name."""
    if comparison is None:
        return False
    name = words_of(comparison.name)
    is_named = bool(name) and any(tuple(words[at : at + len(name)]) == name for at in range(len(words)))
    return is_named or any(word in TARGET.words for word in words)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a question, in order, with its apostrophes gone ("what's" is "whats")."""
    return tuple(word.replace("'", "").strip("-") for word in WORD.findall(text.casefold().replace("’", "'")))


def in_group(name: str, words: Sequence[str]) -> bool:
    """Whether one of a group's words was used, or misspelt."""
    if name == "first" and _ASKS_WHERE_TO_START.search(" ".join(words)):
        return True
    return any(is_named(word, _GROUPS[name]) for word in words)


def found(words: Sequence[str]) -> list[Subject]:
    """Subjects of a question, the most often named first."""
    scored = [(sum(is_named(word, subject.words) for word in dict.fromkeys(words)), subject) for subject in SUBJECTS]
    return [subject for score, subject in sorted(scored, key=lambda item: -item[0]) if score > 0]


def is_named(word: str, known: frozenset[str]) -> bool:
    """Whether a word is one of the known, or misspells one and is not itself a word of another subject."""
    if word in known:
        return True
    if len(word) < FUZZY_FROM or word in _all_words():
        return False
    return any(word[:_SAME_LETTER_FROM] == near[:_SAME_LETTER_FROM] for near in _near(word, known))


def known_words() -> frozenset[str]:
    """Every word that names a subject, in any way."""
    hints = frozenset().union(*HINTS.values())
    return _all_words() | hints


@cache
def _all_words() -> frozenset[str]:
    """A word that names one subject exactly is no misspelling of another's."""
    return frozenset().union(*(subject.words for subject in SUBJECTS), *_GROUPS.values())


def _near(word: str, known: frozenset[str]) -> list[str]:
    return nearest(word, sorted(known), 2, CLOSE_ENOUGH)
