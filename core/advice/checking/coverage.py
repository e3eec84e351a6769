"""What no measurement covers: single voices and instruments, products, services, keys nobody found."""

import re

from core.advice.checking.spelling import alternatives
from core.review import Brief

EARS = "Use your ears: "
"""Begins a sentence about what a stereo file does not show."""

_BY_EAR = re.compile(
    r"\b(?:your ears|by ear|listen\w*|hear\b|check\w*|guess|maybe|perhaps|may|might|could|probably|likely|"
    r"possibly|see if|"
    r"see whether|if|whether|until|unless|by taste|to taste)\b",
    re.IGNORECASE,
)

_VOICES = alternatives(
    r"\b(?:{})\b",
    """
    vocals? | vox | voices? | vocalist | singers? | singing | rap(?:per|ping)? | ad-?libs? | choir | lyrics?
    verses? sung
    guitars? | pianos? | rhodes | keys | keyboards? | strings? | violins? | cellos? | brass | horns?
    trumpets? | sax\\w*
    flutes? | synths? | leads? | pads? | plucks? | arps? | stabs? | snares? | claps? | toms? | hi-?hats?
    hats | cymbals?
    kicks? | 808s? | drums? | percussion | shakers? | bass ?lines? | bass guitars? | reverbs? | delays? | arrangement
    melod\\w+ | harmon(?:y|ies) | performance | songwriting | hooks? | groove | vibe | microphones? | mic | preamps?
    room acoustics | monitors | backing tracks? | risers? | fx | samples? pack | chords? progression | timing
    auto-?tune
    """,
)

_SAME = {
    "hat": "cymbal", "hi-hat": "cymbal", "hihat": "cymbal", "cymbal": "hats", "vocal": "voice|words", "voice": "vocal",
    "vox": "vocal", "singer": "vocal", "kick": "drums", "snare": "drums", "drum": "kick|snare", "808": "bass",
}  # fmt: skip
"""Words for the same voice."""

_VERB = (
    r"(?:is|are|isn't|aren't|was|were|sits?|sounds?|lacks?|needs?|has|have|gets?|feels?|seems?|dominates?|masks?|"
    r"masked|"
    r"buried|comes?|clash\w*|drown\w*|overpowers?|competes?|fights?|disappears?|sticks? out|stands? out|pokes?|"
    r"drifts?|rush\w*|drags?|must|should)"
)
_ASSERTED = re.compile(rf"^(?:\W+(?!(?:and|or|,)\b)\w+){{0,2}}?\W+{_VERB}\b", re.IGNORECASE)

_PRODUCTS = alternatives(
    r"(?<!\w)(?:{})(?!\w)",
    """
    fabfilter | izotope | pro[- ]?q\\w* | pro[- ]?l\\b | pro[- ]?mb | ozone | soothe ?2? | gullfoss
    valhalla | soundtoys
    decapitator | voxengo | plugin alliance | brainworx | uad | ableton | kotelnikov | pultec\\w* | la-?2a
    1176 | ott
    sausage fattener | camelcrusher | kickstart | oneknob | waves plug\\w* | neutron | nectar | sonnox
    manley | vitamin
    pro ?tools | logic pro | fl studio | cubase | reaper | bitwig | melodyne | autotune | landr | emastered | kontakt
    serum | omnisphere | massive x | spire | sylenth\\w* | fatso | distressor | shadow hills | ssl | neve
    """,
)

_OTHER_SERVICES = alternatives(
    r"(?<!\w)(?:{})(?!\w)",
    """
    tik ?tok | instagram | reels | shorts | beatport | traxsource | twitch | qobuz | pandora | iheart\\w* | facebook
    netflix | radio stations? | vinyl plants? | napster | anghami | audiomack | mixcloud | snapchat | cd baby
    distrokid | tunecore | amuse | shazam
    """,
)

_DEMANDS = re.compile(
    r"\b(?:reject\w*|penali[sz]\w*|requir\w*|demand\w*|refus\w*|bans?|banned|flag\w*|block\w*|remov\w*|must|"
    r"has to|have to|"
    r"need\w*|insist\w*|won't accept|will not accept|not accept\w*|distort\w*|ruin\w*|mute\w*|delete\w*|"
    r"boost\w* the bass|"
    r"compress\w*|limits? it|remaster\w*|downgrad\w*|favou?rs?|algorithm\w*|promot\w*|playlist\w*)\b",
    re.IGNORECASE,
)
_TURNED = re.compile(
    r"\b(?:(?P<down>turn\w*(?: \w+){0,3} down|pull\w*(?: \w+){0,3} down|bring\w*(?: \w+){0,3} down|quieter|"
    r"lowers?|reduces?|"
    r"takes?(?: \w+){0,5} (?:off|down))|(?P<up>turn\w*(?: \w+){0,3} up|bring\w*(?: \w+){0,3} up|louder|raises?))\b",
    re.IGNORECASE,
)

_KEY = re.compile(
    r"\b([A-G])(?: ?(#|\u266f|b(?=[ -]m)|\u266d)|[ -](sharp|flat))?[ -](major|minor|maj|min)\b(?![- ]\w*(?:ly\b))"
)
_FLATS = {"Db": "C#", "Eb": "D#", "Gb": "F#", "Ab": "G#", "Bb": "A#", "Cb": "B", "Fb": "E"}
_KEY_CONTEXT = re.compile(r"\b(?:key|scale|tonic|in|tonality|possibly|likely|or|is|be)\b[^.]{0,12}$", re.IGNORECASE)


def needs_ears(text: str, covered: str, *, is_advice: bool) -> bool:
    """Whether a plain sentence says something about a single voice that only ears can tell, without saying so.

    `covered`: the measured texts of what the sentence stands on; a voice that they name as a consequence or as the
    place of a cure may be named as well, but nothing may be asserted of it.
    """
    if _BY_EAR.search(text):
        return False
    for match in _VOICES.finditer(text):
        word = match.group(0).casefold().removesuffix("s")
        same = _SAME.get(word, word)
        is_covered = re.search(rf"\b(?:{re.escape(word)}|{same})", covered) is not None
        if not is_covered or (not is_advice and _ASSERTED.match(text[match.end() : match.end() + 40])):
            return True
    return False


def foreign_products(text: str) -> list[str]:
    """Products and services that no fact holds."""
    return [match.group(0) for pattern in (_PRODUCTS, _OTHER_SERVICES) for match in pattern.finditer(text)]


def wrong_platform_claims(text: str, brief: Brief) -> list[str]:
    """What is said of a service beyond what its row of the table says."""
    lowered = text.casefold()
    effects = [effect for effect in brief.diagnosis.platforms if effect.name.casefold() in lowered]
    if not effects:
        return []
    wrong = [match.group(0) for match in _DEMANDS.finditer(text)]
    turned = _TURNED.search(text)
    gains = [effect.gain_db for effect in effects if effect.gain_db is not None]
    if turned is not None and "not" not in text.casefold().split() and "never" not in text.casefold():
        sign = -1 if turned.group("down") else 1
        if not any(sign * gain > 0.05 for gain in gains):
            wrong.append(turned.group(0))
    return wrong


def wrong_keys(text: str, brief: Brief) -> list[str]:
    """Keys that were not found in this song."""
    tonality = brief.analysis.tonality
    known = {tonality.key, *(candidate.key for candidate in tonality.alternatives)}
    if brief.reference is not None and "reference" in text.casefold():
        known.add(brief.reference.tonality.key)
    wrong = []
    for match in _KEY.finditer(text):
        note, sign, word, mode = match.groups()
        is_article = note == "A" and not (sign or word)
        if is_article and not _KEY_CONTEXT.search(text[: match.start()]):
            continue
        accidental = "#" if sign in {"#", "\u266f"} or word == "sharp" else "b" if sign or word else ""
        name = _FLATS.get(f"{note}{accidental}", f"{note}{accidental}")
        if f"{name} {'major' if mode.startswith('maj') else 'minor'}" not in known:
            wrong.append(match.group(0))
    return wrong
