"""What no answer may hold: live links and mentions, hidden text, other languages, the prompt itself."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from core.knowledge.genres import genre_table
from core.rules.rule import rule_texts, rules
from core.text.untrusted import clean_untrusted
from core.values.request import Detail

SENTENCE_MAX_CHARACTERS = 700
"""Longest sentence in characters: longer ones are refused, not cut."""

ANSWER_MAX_CHARACTERS = 4000
"""Longest answer in characters: about two Discord messages."""

_LIVE = re.compile(
    r"://|\bwww\.|\bdiscord(?:app)?\s?[./]|discord\.gg|<[@#:/a-z!]|@\s?\w|\]\s?\(|\b(?:javascript|mailto|tel|data|"
    r"file):\S|"
    r"\b[\w-]{2,}\.(?:com|net|org|gg|io|me|ly|app|dev|co|tv|xyz|ru|de|uk|info|link|click|shop|site|zip|mov)\b|"
    r"```|\|\||^\s*#{1,3}\s|^\s*>|<\s*/?\s*\w+[^>]*>|[{}]",
    re.IGNORECASE | re.MULTILINE,
)
"""Mentions, links, invites, markup and templates, also where a space hides them."""

_MACHINE = re.compile(
    r"\bsystem prompt\b|\bmy (?:instructions|prompt|rules|guidelines)\b|\b(?:previous|prior|above) instructions\b|"
    r"\bdata block\b|"
    r"\bEND OF DATA\b|\bfinding_codes?\b|\bJSON\b|\bas an? (?:AI|language model|assistant)\b|\blanguage model\b|"
    r"\bOpenAI\b|\bchatbot\b|"
    r"\bI(?:'m| am) (?:sorry|unable|not able)\b|\bI can(?:no|')t (?:assist|help|comply|provide|answer)\b|"
    r"\bapi[_ ]?key\b|"
    r"\bsk-\w{6,}|\bBearer \w|\bTraceback\b|\bInternal Server Error\b|\bHTTP \d{3}\b|\b[a-z]+_[a-z_]{2,}\b",
    re.IGNORECASE,
)
"""What belongs to the machine and not to an engineer's answer; snake_case is the codes of the facts."""

_LATIN = ("LATIN", "DIGIT", "SUPERSCRIPT", "SUBSCRIPT", "MICRO", "OHM", "MUSIC", "FULLWIDTH")

_FUNCTION_WORDS = frozenset(
    "a about above after again against all almost also am an and any are around as at away back be because been before "
    "being below best better between big both but by can check close come comes could day did do does doing done down "
    "each ear ears either else enough even every far feel feels few find first for from full get gets give go "
    "goes good "
    "got great had half hard has have hear he help her here him his hold holds how i if in inside into is isn it "
    "its itself "
    "just keep kind know last least leave left less let like likely listen listening little long look looks lot "
    "made make "
    "makes many may me might mind more most move much must my need needs never new next no none nor not nothing "
    "now of off "
    "on once one only open or other others our out over own part parts per play plays please put quite rather re "
    "really "
    "right room run same say see set she should show side since sit sits small so some something song sound "
    "sounds space "
    "start stay stays step still such sure take takes tell than thank that the their them then there these they thing "
    "things this those though through time to together too top touch track tracks try turn two under until up us "
    "use very "
    "want was way we well were what when where whether which while who why will with within without work works "
    "would wrong "
    "yet you your yours major minor sharp flat probably possibly perhaps maybe slightly nearly roughly about almost "
    "however therefore because since once twice also always often rarely really actually overall".split()
)

_FOREIGN_WORDS = (
    frozenset(
        "der das ist und nicht ein eine einen dem den des mit auf zu zum zur fur von sind dein deine deinem ihr "
        "sehr zwischen "
        "aber auch wird haben hat kein keine mehr noch "
        "el los las es una que por con para su tu muy esta este pero mas del "
        "le les est et une dans pour pas sur avec votre vos ton trop sont mais plus ce cette du aux "
        "il gli che di sono per troppo tuo tua nel della questo molto anche come non "
        "os um uma nao seu sua muito mas com esta em do da no na mixagem "
        "het een niet van voor met zijn jouw maar ook "
        "jest nie na sie za jak to twoj och att det som inte pa ar ett din mycket ve bir icin cok bu".split()
    )
    - _FUNCTION_WORDS
    - frozenset("a on per to in do no come is are was so me die as at was for us".split())
)

ENGLISH_SHARE = 0.5
"""Share of a sentence's words that must be known English or the trade's; names and rare words take the rest."""

_SHINGLE = 5
"""Words in a row that an answer may not share with the prompt's rules."""

_SPEAKING = frozenset(
    "say says said tell tells told write writes repeat print answer mention word words yes yeah definitely exactly "
    "absolutely likely most certainty hear".split()
)
"""Words of talk, not of sound: "say X" is about X."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NAME = re.compile(r"(?<![.!?:;\u2013\"(\n\-])(?<!^)\s(?:[\"'(])?([A-Z][\w&'-]*[A-Za-z0-9]|[A-Z]{2,})")
_CAMEL = re.compile(r"\b[A-Za-z]*[a-z][A-Z][A-Za-z]*\b")

_KNOWN_NAMES = frozenset(
    "i i'm i'd i'll i've eq q lufs lu dbtp dbfs db hz khz bpm psr plr lra dr dc m/s mid side daw wav flac mp3 "
    "aac opus ogg pcm "
    "fs rms ms oct ab dj djs ep lp cd ok tv id edm rnb r&b uk us english english's haas fletcher munson nyquist "
    "ebu itu aes "
    "isp isps stem stems vs pa npr rbj lfo adsr a b c d e f g lr l r".split()
)


def is_live(text: str) -> bool:
    """Whether a text has a link, mention or markup that Discord would act on, or hidden characters."""
    folded = unicodedata.normalize("NFKC", text)
    return bool(_LIVE.search(folded)) or clean_untrusted(folded, len(folded) + 1) != folded.strip()


def is_other_script(text: str) -> bool:
    """Whether letters stand in it that no English sentence has."""
    if text.isascii():
        return False
    return any(
        character.isalpha() and not unicodedata.name(character, "").startswith(_LATIN)
        for character in unicodedata.normalize("NFKC", text)
        if character not in "µΩπ♯♭"
    )


def is_machine_talk(text: str, rules: frozenset[tuple[str, ...]]) -> bool:
    """Whether it speaks of its instructions, repeats them, or apologises as machines do."""
    if _MACHINE.search(text):
        return True
    words = tuple(word.casefold() for word in _WORD.findall(text))
    return any(words[at : at + _SHINGLE] in rules for at in range(len(words) - _SHINGLE + 1))


def shingles(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Every run of `_SHINGLE` words in the prompt's rules."""
    found = set()
    for text in texts:
        words = tuple(word.casefold() for word in _WORD.findall(text))
        found |= {words[at : at + _SHINGLE] for at in range(len(words) - _SHINGLE + 1)}
    return frozenset(found)


def is_foreign(text: str) -> bool:
    """Whether a sentence is not English: too few known words, or words that only other languages have."""
    folded = unicodedata.normalize("NFD", text.casefold())
    words = _WORD.findall("".join(character for character in folded if not unicodedata.combining(character)))
    words = [word for word in words if len(word) > 1 or word in {"a", "i"}]
    foreign = sum(word in _FOREIGN_WORDS for word in words)
    if foreign >= 2 and foreign * 5 >= len(words):
        return True
    known = sum(_is_known(word) for word in words)
    return len(words) >= 3 and known < ENGLISH_SHARE * len(words)


def is_off_topic(text: str, topics: frozenset[str]) -> bool:
    """Whether no number and no word of it is one that measured texts are written in, or that names a topic."""
    if any(character.isdigit() for character in text):
        return False
    words = [word.casefold() for word in _WORD.findall(text)]
    meant = [word for word in words if len(word) > 2 and word not in _FUNCTION_WORDS | _SPEAKING]
    return bool(meant) and not any(_is_known(word) or word in topics for word in meant)


def _is_known(word: str) -> bool:
    stem = word.removesuffix("'s").split("'")[0]
    return stem in _FUNCTION_WORDS or stem in _trade_words() or stem.removesuffix("s") in _trade_words()


@cache
def _trade_words() -> frozenset[str]:
    """The words that the measured texts are written in, and the names of genres."""
    texts = [genre.name for genre in genre_table().genres]
    for code, rule in rules().items():
        words = rule_texts(code)
        texts += [rule.name, rule.measure, rule.caveat]
        for variants in (words.insight, *words.suggestion.values()):
            texts += [text for detail in Detail for text in variants[detail]]
    return frozenset(word.casefold() for text in texts for word in _WORD.findall(text))


def unknown_names(text: str, known: frozenset[str]) -> list[str]:
    """Names of products, people or services that no fact holds: capitals inside a sentence."""
    found = [match.group(1) for match in _NAME.finditer(f" {text}"[1:])]
    found += [word for word in _CAMEL.findall(text) if word.casefold() not in _KNOWN_NAMES]
    return [
        name
        for name in dict.fromkeys(found)
        if name.casefold().removesuffix("'s").rstrip("s'") not in known | _KNOWN_NAMES
        and name.casefold().removesuffix("'s") not in known | _KNOWN_NAMES
        and not re.fullmatch(r"[A-G](?:#|-?sharp|-?flat)?|[A-Z]{1,3}-[a-z-]+", name)
    ]
