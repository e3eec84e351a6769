"""Assertions in any words: a subject that was measured, and whether it is called too much, too little, good or bad.

The phrase book of `claims` knows common wordings exactly. This closes the rest: a plain statement about a measured
subject that nobody can place is not backed, however it is put.
"""

import re

from core.advice.checking.claims import Claim, Truth
from core.advice.checking.spelling import alternatives

_SUBJECTS = {
    "low": r"""
        bass | subs? | low[- ]end | lows | bottom(?: end| octave)? | kick | 808s? | rumble | boom | weight
        (?:low|bass) frequencies | sub region | below (?:30|40|50|60|80|100|120|200) Hz | 20\D{1,6}60 Hz
        60\D{1,6}200 Hz
    """,
    "lowmid": r"low(?:er)?[- ]?mid(?:s|dle|range)?s? | mud | body | warmth | 200\D{1,8}500 Hz",
    "presence": r"upper[- ]?mid(?:s|dle|range)?s? | presence | 2\D{1,8}5 kHz",
    "top": r"""
        tops? | top[- ](?:end|octave) | highs | high[- ]end | high frequencies | treble | air | sparkle
        cymbals | hi-?hats
        hats | sibilance | 5\D{1,8}10 kHz | 10\D{1,8}20 kHz | up top
    """,
    "limiter": r"limiters? | limiting | compressors? | compression | maximi[sz]er",
    "punch": r"punch | transients? | attacks? | snap | dynamics? | drums | impact | loud (?:sections|parts|passages)",
    "clip": r"clipping | distortion | overs | crackle | clipped | sheared | chopped | flat[- ]topped",
    "peak": r"peaks? | waveform | samples | full scale | loudest hits",
    "headroom": r"headroom | margin | (?:spare )?room",
    "mono": r"mono(?: playback)? | summed | sums | phase | correlation",
    "image": r"stereo(?: image| field| picture)? | image | picture | width | sides | panorama",
    "balance": r"left(?: side| channel)? | right side | right channel | cent(?:re|er) | channels? | channel levels",
    "level": r"loudness | volume | level",
}  # fmt: skip
"""What was measured, in the words of people."""

_QUALITIES = {
    "top +": r"bright | brilliant | icy | glassy | piercing | shrill | brittle | sizzl\w+ | screams? | slic\w+ | "
    "airy | sparkling",
    "top -": r"dark | dull | muffled | veiled | dim | murky",
    "low +": r"boomy | bassy | bass[- ]heavy",
    "low -": r"bass[- ]shy | bass[- ]light",
    "lowmid +": r"muddy | boxy | woolly | foggy | cloudy | congested",
    "limit +": r"crushed | smashed | slammed | squashed | pinned | brick-?walled | pumping | strangled | "
    "flattened | lifeless",
    "limit -": r"breathes? | punchy | snappy | dynamic | lively",
    "balance any": r"lopsided | skewed | off[- ]cent(?:re|er)",
    "wide -": r"narrow | cramped",
    "loud -": r"quieter than",
    "loud +": r"louder than | loud enough",
}  # fmt: skip

_MUCH = (
    r"too much | too many | too loud | too hot | too strong | too big | excess\w* | dominat\w+ | overwhelm\w* |"
    r" overpower\w* | huge | massive | "
    r"enormous | big | heavy | loud | hot | build-?up | strong | thick | prominent | strong | exaggerated | hyped | "
    r"sticks? out | pokes? out | jumps? out | stands? out | takes? over | more energy | more level | shak\w+ |"
    r" piles? up | floods? | swamps? | "
    r"screams? | everywhere | all over | through the (?:roof|ceiling)"
)
_AMPLE = r"plenty | lots | loads | generous | comfortable | ample | enough | spare"
_LITTLE = (
    r"missing | gone | absent | empty | hole | lack\w* | needs? more | thin | weak | quiet | lost | shy | bare |"
    r" scooped | little | light | recessed | "
    r"buried | tiny | small | disappear\w* | vanish\w* | starved | too low | barely | hardly | scarcely | short of"
)
_GOOD = (
    r"clean | open | clear | fine | solid | great | perfect\w* | balanced | stable | nice\w* | tight | healthy |"
    r" controlled | under control | untouched | "
    r"well | good | excellent | ideal | spot on | safe | firm\w* | nailed | cent(?:re|er)d | beautiful\w* |"
    r" flawless | smooth | intact | alive | "
    r"symmetrical | even | ok | okay | in the middle | in order | in shape | dead cent(?:re|er) | translates? |"
    r" survives? | hits? hard | moves? air | works? | holds? | monophonic | lovely"
)
_BAD = (
    r"problem\w* | issues? | nasty | bad\w* | poor\w* | broken | kill\w* | ugly | harsh\w* | mess\w* | faults? |"
    r" trouble\w* | suffer\w* | hard | heavily | a lot | "
    r"uneven | wrong | unstable | fail\w* | collapse\w* | drags? | tilts? | leans? | cancel\w* | stressed |"
    r" overdone | distort\w* | overload\w* | hits? the ceiling | tiring | fight\w*"
)

_FRAME = r"(?<![\w-])(?:{})(?![\w-])"
_SUBJECT_PATTERNS = {name: alternatives(_FRAME, words) for name, words in _SUBJECTS.items()}
_QUALITY_PATTERNS = {name: alternatives(_FRAME, words) for name, words in _QUALITIES.items()}
_CLASSES = {
    name: alternatives(_FRAME, words)
    for name, words in {"good": _GOOD, "ample": _AMPLE, "much": _MUCH, "little": _LITTLE, "bad": _BAD}.items()
}
"""In order: "hits hard" is good before "hard" is bad."""

_NOT = re.compile(r"\b(?:no|not|never|nothing|none|nowhere|without|neither)\b|n't\b", re.IGNORECASE)
LONGEST_NOUN = 8
_HEADING = re.compile(r"^[\w-]+ (?:below|under|above|over|on|of|in|at|for|with|against|from)\b", re.IGNORECASE)
"""A noun with its place ("mono below 100 Hz"): engineers advise like that."""

_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|does|do|can|needs?|sits?|sounds?|feels?|stays?|keeps?)\b|'s\b")

SHORTEST = 3
"""Two words are a heading ("200–500 Hz:") and no statement."""

_HAS_A_LEVEL = re.compile(
    r"\d\s*(?:dB\w*|LU\w*|%|BPM|ms|s|FS|cents|runs|clipped|times)\b|:\d\d|[01]\.\d", re.IGNORECASE
)
"""A clause with a measured amount has been judged by its number."""

_SPLIT = re.compile(r"[;:.!](?!\d)|,(?=\s*(?:and|but|yet|while|whereas|although|though)\b)|\s\u2013\s")
_NOUN_ONLY = re.compile(r"^\W*the (?:\w+\s){0,3}(?:in|of|at|on) (?:the )?[\w\s-]+$", re.IGNORECASE)
_BEFORE_IT = re.compile(
    r"^\W*(?:(?:honestly|also|overall|in short|to my ears|sadly|luckily|unfortunately|still|here|and|but|yet|"
    r"while|although|"
    r"though|however|now|then|plus|on top of that|for me|frankly|simply put|in general|all in all),?\s+)*",
    re.IGNORECASE,
)
_ABOUT_THE_TRACK = re.compile(
    r"^(?:the|your|its|this|there(?:'s| is| are)?|it|it's|you(?:'ve| have)?|both|parts of)\b", re.IGNORECASE
)
_OPEN = re.compile(
    r"\b(?:if|when(?! summed)|whenever|unless|until|once|whether|would|could(?! not)|may|might|can|should|must|likely|"
    r"tends?|often|usually|"
    r"typically|often|why|how|because|so|that's why|which|where|ask\w*|i'd|let's|please|try|listen\w*|check\w*|hear|"
    r"your ears|want|aim|wish|help\w*|come back|zero|pile up|stop moving|in front|turns? into|eats?|costs?|"
    r"blurs?|got|made|improved?|fixed|"
    r"will(?= (?:\w+ )?(?:reduce|clear|clean|tighten|restore|bring|give|make|let|open|tame|remove|free|add|leave|"
    r"keep|prevent|avoid|soften|smooth|balance)\b)|version|"
    r"reference|ref|before|"
    r"measure\w*|depends|means|target|curve|usual|first|next|start)\b|\?",
    re.IGNORECASE,
)


def unbacked_assertions(text: str, truth: Truth, known: list[Claim]) -> list[str]:
    """Clauses of a plain sentence that say something of a measured subject which the measurements do not say.

    `known`: what the phrase book has found (and judged) in the same sentence.
    """
    wrong = []
    at = 0
    for cut in [*(match.span() for match in _SPLIT.finditer(text)), (len(text), len(text))]:
        clause, is_behind_colon = text[at : cut[0]], text[:at].endswith(":")
        at = cut[1]
        if is_behind_colon and _is_noun(clause):
            continue
        if _is_statement(clause) and not any(claim.words in clause for claim in known) and _is_unbacked(clause, truth):
            wrong.append(clause.strip())
    return wrong


def _is_statement(clause: str) -> bool:
    """Whether a clause says something of this track without a number, a wish or a doubt in it."""
    if len(clause.split()) < SHORTEST or _OPEN.search(clause) or _HAS_A_LEVEL.search(clause):
        return False
    return _is_about_the_track(clause)


def _is_about_the_track(clause: str) -> bool:
    """Whether a clause speaks of this track, and not of tracks in general; a noun after a colon says nothing yet."""
    clause = _BEFORE_IT.sub("", clause)
    if _ABOUT_THE_TRACK.match(clause):
        return not _NOUN_ONLY.match(clause)
    return not _HEADING.match(clause) and any(pattern.match(clause) for pattern in _SUBJECT_PATTERNS.values())


def _is_noun(clause: str) -> bool:
    """What stands behind a colon without a verb: "start here: the wide low end"."""
    return len(clause.split()) <= LONGEST_NOUN and not _says_how(clause)


def _says_how(clause: str) -> bool:
    """Whether it has a verb, or a word that judges."""
    judges = any(pattern.search(clause) for pattern in _QUALITY_PATTERNS.values())
    return judges or bool(_VERB.search(clause)) or bool(_classes_in(clause))


def _classes_in(clause: str) -> set[str]:
    found = set()
    for name, pattern in _CLASSES.items():
        if pattern.search(clause):
            found.add(name)
            clause = pattern.sub(" ", clause)
    return found


def _is_unbacked(clause: str, truth: Truth) -> bool:
    is_turned = len(_NOT.findall(clause)) % 2 == 1
    for name, pattern in _QUALITY_PATTERNS.items():
        if pattern.search(clause):
            axis, says = name.split(" ")
            claim = Claim(axis, f"not {says}" if is_turned else says, clause)
            return truth.denies(claim)
    subjects = [name for name, pattern in _SUBJECT_PATTERNS.items() if pattern.search(clause)]
    if not subjects:
        return False
    classes = _classes_in(clause)
    if is_turned:
        turned = {"much": "little", "ample": "little", "little": "much", "good": "bad", "bad": "good"}
        # "no low mids", "no distortion": the negation itself is the statement
        classes = {turned[name] for name in classes} or {"little"}
    return not classes or not any(
        all(truth.bears_out(subject, name, clause) for name in classes) for subject in subjects
    )
