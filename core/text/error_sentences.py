"""Turns an error into a sentence: what went wrong, and what to do about it. No other module does this."""

from collections.abc import Mapping

from core.text.numbers import clock, frequency
from core.values.errors import (
    REFERENCE,
    WHICH,
    DatabaseFault,
    DependencyCode,
    EarshotError,
    Fact,
    InputCode,
    LimitCode,
    ModelError,
    ModelFault,
    UsageCode,
)
from core.values.units import MIB

INTERNAL_SENTENCE = "Something went wrong on my side, not with your track. Please try again in a minute."

_SENTENCES: dict[str, str] = {
    InputCode.NOT_AUDIO: "I can't find any audio in that file. Send a WAV, AIFF, FLAC, MP3, M4A, OGG or Opus.",
    InputCode.UNSUPPORTED_FORMAT: "That is {found}, which I can't read. Send a WAV, AIFF, FLAC, MP3, M4A, OGG or Opus.",
    InputCode.WRONG_EXTENSION: "I can't read files ending in {extension}. Send a {wanted}.",
    InputCode.NO_EXTENSION: "That file has no extension, so I can't tell what it is. Send a {wanted}, "
    "with its ending in the name.",
    InputCode.EMPTY: "That file is empty. Check the export and send it again.",
    InputCode.TRUNCATED: "That file stops at {duration} of {declared}: it is incomplete. Export or upload it again.",
    InputCode.UNREADABLE: "That file cannot be read: {cause}.",
    InputCode.TOO_LARGE: "That file has {size} MiB; I take at most {max_size} MiB. An MP3 at 320 kbit/s is fine.",
    InputCode.TOO_LONG: "That track is {duration} long; I listen to at most {max_duration}. Send a shorter bounce.",
    InputCode.TOO_SHORT: "That track is {seconds} s long; I need at least {min_seconds} s to say anything useful.",
    InputCode.SILENT: "That file is silent. Check that the export was not muted and send it again.",
    InputCode.NON_FINITE: "That file holds values that are not numbers, so a plug-in broke during the export. "
    "Bounce it again.",
    InputCode.UNSUPPORTED_RATE: "That file claims a sample rate of {rate}; I measure 8 kHz to 192 kHz. "
    "Export it at 44.1 or 48 kHz.",
    InputCode.UNSUPPORTED_CHANNELS: "That file has {given} channels in a layout I can't measure. Send a stereo bounce.",
    InputCode.SURROUND: "That file is {layout} surround, and I give feedback on mono and stereo only: "
    "bounce it to stereo and send that.",
    InputCode.FORMAT_CHANGE: "The format of that file changes at {at}, so it cannot be measured as one song. "
    "Export it again.",
    InputCode.DECODER_FAILED: "That file is damaged: its audio cannot be decoded. Export it again, if you can as WAV.",
    InputCode.DOWNLOAD_FAILED: "I could not download your file from Discord. Please send it again.",
    InputCode.VOICE_MESSAGE: "That is a voice message. I take tracks as files: WAV, AIFF, FLAC, MP3, M4A, OGG or Opus.",
    InputCode.EXPIRED: "The upload is gone before I could measure it. Please send it again.",
    InputCode.NOT_A_TARGET: "That file is no target of Earshot's: {cause}. `earshot target` writes one.",
    InputCode.NEWER_TARGET: "That target was made by a newer Earshot than this one. Update this one, or make "
    "the target again.",
    UsageCode.UNKNOWN_GENRE: "I don't know the genre “{given}”. Did you mean: {suggestions}?",
    UsageCode.UNKNOWN_SUBGENRE: "I don't know the subgenre “{given}” there. I know: {suggestions}.",
    UsageCode.NO_AUDIO_ATTACHED: "That message has no track in it. Choose one with an audio file.",
    UsageCode.QUESTION_EMPTY: "That question is empty. Ask me about the review in a sentence.",
    UsageCode.QUESTION_TOO_LONG: "That question has {given} characters; I read at most {limit}. Make it shorter.",
    UsageCode.NOTHING_TO_SUMMARISE: "There is nothing new to sum up here. Ask a question first.",
    UsageCode.BAD_SETTING: "The setting {name} is “{given}”, but must be {wanted}.",
    UsageCode.ENV_FILE_UNREADABLE: "The file {file} cannot be read ({cause}). "
    "Save it as plain text in UTF-8 that this user may read.",
    UsageCode.FOLDER_UNWRITABLE: "The folder {folder} cannot be written ({cause}). Choose another one.",
    UsageCode.DATA_FOLDER_UNWRITABLE: "The data folder {folder} cannot be written ({cause}). "
    "Set EARSHOT_DATA_DIR to a folder that can.",
    UsageCode.FILE_IN_PLACE_OF_FOLDER: "A file stands where the folder {folder} belongs. Move it away, or set "
    "EARSHOT_DATA_DIR to another folder.",
    UsageCode.TOKEN_MISSING: "DISCORD_TOKEN is not set. Copy .env.example to .env and put your bot's token there "
    "(Discord developer portal → Bot → Reset Token).",
    UsageCode.NOT_FOUND: "There is no such {what} here.",
    UsageCode.NOT_IN_A_SERVER: "That is set per server. Use it in one.",
    UsageCode.NOT_A_MANAGER: "Only members who may manage this server can change that.",
    UsageCode.NOT_YOURS: "That is somebody else's track, and this server wants members to ask for their own only.",
    UsageCode.SOMEBODY_ELSES_TRACK: "That is somebody else's track. Ask about it where its review is; for one of your "
    "own use `/feedback`.",
    UsageCode.TRACK_DELETED: "I can't answer that any more: the track, or its thread, was deleted meanwhile. Ask about "
    "another one, or use `/feedback` for one of your own.",
    UsageCode.NO_REVIEW_YET: "You have no review here yet. Use `/feedback` with your track.",
    UsageCode.FORM_IS_GONE: "That button or form is out of date. Use `/feedback` with your track.",
    UsageCode.SOMEBODY_ELSES: "That is somebody else's: only whoever wrote the message can use it. "
    "To get feedback on a track of yours, use `/feedback`.",
    UsageCode.REVIEW_GONE: "There is no such review for you here: it was deleted, or it is somebody else's. "
    "Use `/feedback` with a track of your own.",
    UsageCode.MESSAGE_DELETED: "That message was deleted, so I leave it alone. "
    "To get feedback on a track of yours, use `/feedback`.",
    UsageCode.FILE_REMOVED: "That file was taken out of its message, so I leave it alone. "
    "To get feedback on a track of yours, use `/feedback`.",
    UsageCode.TAKEN_ALREADY: "I have that track already: its feedback is on its way.",
    UsageCode.NO_CONVERSATION_HERE: "There is no review in this channel. Use that in the thread of one.",
    UsageCode.UNKNOWN_TOPIC: "I have nothing on “{given}”. Closest to it: {suggestions}.",
    UsageCode.UNKNOWN_TARGET: "There is no target “{given}” here. There is: {known}.",
    UsageCode.NO_TARGETS: "There is no target here yet. Whoever manages this server can make one with `/target add`.",
    UsageCode.TARGET_NAME: "A target needs a name of 1 to {limit} characters. Choose another one.",
    UsageCode.TARGET_EXISTS: "There is a target “{given}” here already. Choose another name, or remove that one first.",
    UsageCode.TOO_FEW_TRACKS: "A target takes {least} tracks at least, so that nothing of a single one can be read "
    "from it; you gave {given}. Add more.",
    UsageCode.TOO_FEW_MEASURED: "A target takes {least} different tracks at least, and only {given} could be measured "
    "({cause}). Send others for what is missing.",
    UsageCode.TOO_MANY_TARGETS: "There are {limit} targets here, and more is not possible. Remove one first.",
    UsageCode.FILE_UNWRITABLE: "The file {file} cannot be written ({cause}). Choose another place.",
    LimitCode.USER_QUEUE_FULL: "You have {limit} tracks waiting already. Wait until one is done.",
    LimitCode.QUEUE_FULL: "Too many tracks are waiting right now. Please try again in a few minutes.",
    LimitCode.QUESTIONS_PENDING: "You have {limit} questions waiting already. Wait for an answer.",
    LimitCode.PDF_TOO_LARGE: "The PDF is larger than Discord lets me send here. What it says, without the charts, "
    "stands in the messages of the review and below them; whose track it is gets all of it as data: `/privacy export`.",
    LimitCode.COPY_TOO_LARGE: "One of the things I have stored about you is larger than Discord lets me send, so the "
    "copy is not complete. Ask whoever runs me for the rest.",
    DependencyCode.DATABASE: "The database cannot be used right now ({cause}). Please try again in a minute.",
    DependencyCode.MODEL: "The language model gave no answer. Please try again in a minute.",
    DependencyCode.DISCORD: "Discord cannot be reached. Check the network and try again.",
    DependencyCode.TOKEN_REFUSED: "Discord refuses the bot's token. Make a new one in the developer portal "
    "(Bot → Reset Token) and set it as DISCORD_TOKEN.",
    DependencyCode.SHARDING_REQUIRED: "The bot is in too many servers for one connection, and Discord takes no more "
    "of them in one (4011, sharding required). Remove it from some of them.",
    DependencyCode.CONNECTION_REFUSED: "Discord refuses how this version of Earshot connects ({cause}). Update it; "
    "if it is the newest, that is a fault to report.",
    DependencyCode.FOLDER_IN_USE: "Another Earshot is running on the data folder {folder}. Stop it, or give this one "
    "another folder with EARSHOT_DATA_DIR.",
    DependencyCode.SECOND_METER: "My two loudness meters disagree about that track, so I give no feedback on it. "
    "That is a fault on my side, not in your track: tell whoever runs me.",
    DependencyCode.WORKER: "The process that does the measuring failed ({cause}). Please try again in a minute.",
}

_REFERENCE_SENTENCES: dict[str, str] = {
    InputCode.NOT_AUDIO: "I can't find any audio in your reference. Send a WAV, AIFF, FLAC, MP3, M4A, OGG or Opus.",
    InputCode.UNSUPPORTED_FORMAT: "Your reference is {found}, which I can't read. "
    "Send a WAV, AIFF, FLAC, MP3, M4A, OGG or Opus.",
    InputCode.WRONG_EXTENSION: "Your reference is a file ending in {extension}, which I can't read. Send a {wanted}.",
    InputCode.NO_EXTENSION: "Your reference has no extension, so I can't tell what it is. Send a {wanted}, "
    "with its ending in the name.",
    InputCode.EMPTY: "The file of your reference is empty. Send another copy of it.",
    InputCode.TRUNCATED: "Your reference stops at {duration} of {declared}: it is incomplete. Send a whole copy of it.",
    InputCode.UNREADABLE: "Your reference cannot be read: {cause}.",
    InputCode.TOO_LARGE: "Your reference has {size} MiB; I take at most {max_size} MiB. An MP3 at 320 kbit/s is fine.",
    InputCode.TOO_LONG: "Your reference is {duration} long; I listen to at most {max_duration}. "
    "Send a shorter part of it.",
    InputCode.TOO_SHORT: "Your reference is {seconds} s long; I need at least {min_seconds} s to compare with it.",
    InputCode.SILENT: "Your reference is silent, so there is nothing to compare with. Send another copy of it.",
    InputCode.NON_FINITE: "Your reference holds values that are not numbers, so it was exported by something broken. "
    "Send another copy of it.",
    InputCode.UNSUPPORTED_RATE: "Your reference claims a sample rate of {rate}; I measure 8 kHz to 192 kHz. "
    "Send it at 44.1 or 48 kHz.",
    InputCode.UNSUPPORTED_CHANNELS: "Your reference has {given} channels in a layout I can't measure. "
    "Send a stereo version of it.",
    InputCode.SURROUND: "Your reference is {layout} surround, and I compare mono and stereo only. "
    "Send a stereo version of it.",
    InputCode.FORMAT_CHANGE: "The format of your reference changes at {at}, so it cannot be measured as one song. "
    "Send another copy of it.",
    InputCode.DECODER_FAILED: "Your reference is damaged: its audio cannot be decoded. Send another copy of it.",
    InputCode.DOWNLOAD_FAILED: "I could not download your reference from Discord. Please send it again.",
    InputCode.VOICE_MESSAGE: "Your reference is a voice message. I take tracks as files: WAV, FLAC, MP3, M4A …",
    InputCode.EXPIRED: "The upload of your reference is gone before I could measure it. Please send it again.",
}
"""Sentences about the reference: it is often another person's finished song, which the producer cannot export again."""

_MODEL_FAULTS: dict[ModelFault, str] = {
    ModelFault.NO_KEY: "No language model is set up here.",
    ModelFault.REFUSED_KEY: "The language model refused the key.",
    ModelFault.RATE_LIMITED: "The language model is busy.",
    ModelFault.UNAVAILABLE: "The language model cannot be reached.",
    ModelFault.TIMEOUT: "The language model did not answer in time.",
    ModelFault.EMPTY: "The language model sent an empty answer.",
    ModelFault.MALFORMED: "The language model's answer could not be read.",
    ModelFault.REFUSED: "The language model declined to answer.",
    ModelFault.TOO_LONG: "The language model's answer was cut off.",
    ModelFault.BUDGET: "Today's language-model budget here is used up.",
    ModelFault.SWITCHED_OFF: "This server has switched the language model off.",
}


_DATABASE_FAULTS: dict[str, str] = {
    DatabaseFault.NO_DATABASE: "The database file is damaged, or no database ({cause}). Put a backup in its place, or "
    "move it away to begin with an empty one.",
    DatabaseFault.NEWER: "The database was written by a newer Earshot than this one. Update this one.",
    DatabaseFault.FOREIGN: "The database holds tables of another program. Set DATABASE_URL to a database of "
    "Earshot's own.",
    DatabaseFault.FOLDER: "A folder stands where the database file belongs. Move it away, or set DATABASE_URL to "
    "another file.",
    DatabaseFault.UNWRITABLE: "The database file cannot be written ({cause}). Let this user write it, or set "
    "DATABASE_URL to another file.",
}

_DATABASE_REFUSES = "The database refuses that ({cause}), and will again. Tell whoever runs me."
"""Sentence for a permanent fault of the database that has no sentence of its own."""


_PARTS_OF_A_REVIEW = frozenset({"conversation", "review", "track", "version", "analysis", "project", "message"})
"""What is not found when a review is gone or not for whoever asks: names of ours, which tell a person nothing."""


def say(error: EarshotError) -> str:
    """The sentence for an error, as people see it: without code, traceback or path."""
    if isinstance(error, ModelError):
        return f"{say_model_fault(error.fault)} Please try again in a minute."
    sentences = _SENTENCES
    if error.facts.get(WHICH) == REFERENCE and error.code in _REFERENCE_SENTENCES:
        sentences = _REFERENCE_SENTENCES
    is_of_review = error.code is UsageCode.NOT_FOUND and error.facts.get("what") in _PARTS_OF_A_REVIEW
    sentence = sentences[UsageCode.REVIEW_GONE if is_of_review else error.code]
    if error.code is DependencyCode.DATABASE and not error.facts.get("transient", True):
        sentence = _DATABASE_FAULTS.get(str(error.facts.get("fault")), _DATABASE_REFUSES)
    return sentence.format_map(_Words(_for_people(error.facts)))


def say_model_fault(fault: ModelFault) -> str:
    """The sentence that says why there is no answer of the model."""
    return _MODEL_FAULTS[fault]


class _Words(dict[str, str]):
    """Words of a sentence; a missing fact becomes "unknown", so that the sentence can still be made."""

    def __missing__(self, key: str) -> str:
        return "unknown"


def _for_people(facts: Mapping[str, Fact]) -> dict[str, str]:
    """Facts in the form in which sentences have them."""
    words = {name: str(value) for name, value in facts.items()}
    for fact, word in (
        ("duration_s", "duration"),
        ("declared_s", "declared"),
        ("max_s", "max_duration"),
        ("at_s", "at"),
    ):
        if fact in facts:
            words[word] = clock(float(facts[fact]))
    for fact, word in (("duration_s", "seconds"), ("min_s", "min_seconds")):
        if fact in facts:
            words[word] = f"{float(facts[fact]):.1f}".removesuffix(".0")
    for fact, word in (("size_bytes", "size"), ("max_bytes", "max_size")):
        if fact in facts:
            words[word] = f"{float(facts[fact]) / MIB:.1f}".removesuffix(".0")
    if "given_hz" in facts:
        words["rate"] = frequency(float(facts["given_hz"]))
    return words
