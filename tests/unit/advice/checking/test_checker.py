"""Receipts: a number passes under its own name only, a claim where it was measured, advice within a remedy."""

from dataclasses import replace

import pytest

from core.advice.checking.checker import Checker, sentences
from core.advice.checking.manners import ANSWER_MAX_CHARACTERS
from core.advice.prompts.instructions import HONESTY
from core.analysis.measurements import Bars, BeatGrid
from core.values.request import ReviewType
from tests.support.reviews.briefs import both, fixed_brief
from tests.support.reviews.golden import stored_tracks

TRACKS = stored_tracks()
CHECKERS = {name: Checker(brief, rules=[HONESTY]) for name, brief in TRACKS.items()}


def _passes(text: str, track: str = "master", codes: str = "", *, is_advice: bool = False) -> bool:
    return not CHECKERS[track].problems(text, codes=frozenset(codes.split()), is_advice=is_advice)


# The master of tests/support/reviews/fixed_analyses.py: −8.1 LUFS, +0.84 dBTP, PSR 6.9 dB, PLR 8.9 dB, LRA 5.7 LU,
# correlation 0.58, side −3.3 dB below 120 Hz, 412 clipped runs, 124 BPM, F# minor, drops from 1:02 and 2:04.


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("It is at −8.1 LUFS.", "It is at −9.1 LUFS."),
        ("It is at −8.1 LUFS.", "It is at 8.1 LUFS."),
        ("It is at about −8 LUFS.", "It is at about −9 LUFS."),
        ("It is at −8 LUFS.", "It is at −8.4 LUFS."),
        ("It is at minus eight LUFS.", "It is at minus eleven LUFS."),
        ("True peak +0.8 dBTP.", "True peak −0.8 dBTP."),
        ("The true peak is 0.84 dBTP.", "The true peak is 0.89 dBTP."),
        ("The PSR is 6.9 dB.", "The PSR is 8.9 dB."),
        ("The PLR is 8.9 dB.", "The PLR is 6.9 dB."),
        ("PSR 6.9 dB, PLR 8.9 dB.", "PSR 8.9 dB, PLR 6.9 dB."),
        ("Loudness range 5.7 LU.", "Loudness range 6.9 LU."),
        ("The correlation is 0.58.", "The correlation is −0.58."),
        ("Below 120 Hz the side is 3.3 dB under the mid.", "Below 120 Hz the side is 3.3 dB over the mid."),
        ("I count 412 clipped runs.", "I count 512 clipped runs."),
        ("More than 400 clipped runs.", "More than 700 clipped runs."),
        ("The tempo is 124 BPM.", "The tempo is 128 BPM."),
        ("The key is F♯ minor.", "The key is F major."),
        ("The key is F sharp minor.", "The key is G minor."),
        ("It clips at 1:03.", "It clips at 1:43."),
        ("It clips at 2:10.", "It clips at 9:10."),
        ("The second drop at 2:04 runs at −7.2 LUFS.", "The second drop at 2:04 runs at −10.6 LUFS."),
        ("The left side is 1.9 dB louder.", "The right side is 1.9 dB louder."),
        ("There are 2.5 s of silence before the music.", "There are 5.2 s of silence before the music."),
        ("Spotify turns it down by 5.9 dB.", "Spotify turns it down by 7.9 dB."),
        ("Spotify turns it down by 5.9 dB.", "Spotify turns it up by 5.9 dB."),
        ("Apple Music turns it down by 7.9 dB.", "Apple Music turns it down by 5.9 dB."),
        (
            "You have 3.0 dB more at 200–500 Hz than the reference.",
            "You have 3.0 dB less at 200–500 Hz than the reference.",
        ),
        ("You are 1.8 LU louder than the reference.", "You are 1.8 LU quieter than the reference."),
        ("The reference has 3.5 dB more air.", "You have 3.5 dB more air than the reference."),
        ("The true peak came down from 1.6 dBTP to 0.8 dBTP.", "The true peak came down from 2.6 dBTP to 0.8 dBTP."),
        ("It is 1.8 dB over the −1 dBTP ceiling.", "The true peak is 2.8 dB over the ceiling."),
    ],
)
def test_a_number_passes_only_as_what_it_is(right: str, wrong: str) -> None:
    assert CHECKERS["master"].problems(right) == []
    assert CHECKERS["master"].problems(wrong) != []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("It clips at 1:03 (bar 33).", "It clips at 1:03 (bar 53)."),
        ("It clips in bar 33.", "It clips in bar 21."),
        ("The second drop at 2:04 (bars 65–80) runs at −7.2 LUFS.", "The second drop (bars 17–80) runs at −7.2 LUFS."),
    ],
)
def test_a_bar_passes_where_its_time_does(right: str, wrong: str) -> None:
    """At 124 BPM a bar lasts 1.935 s: bar 33 begins at 1:02, bar 65 at 2:04."""
    brief = TRACKS["master"]
    bars = Bars(first_downbeat_s=0.0, bar_s=240.0 / 124.0, beats_per_bar=4, confidence=0.95)
    rhythm = replace(brief.analysis.rhythm, beats=BeatGrid(0.0, 60.0 / 124.0, 1.0, bars))
    checker = Checker(replace(brief, analysis=replace(brief.analysis, rhythm=rhythm)), rules=[HONESTY])

    assert checker.problems(right) == []
    assert checker.problems(wrong) != []
    # where bars are not sure none may be named
    assert CHECKERS["master"].problems(right) != []


@pytest.mark.parametrize(
    ("right", "wrong", "codes"),
    [
        ("Cut 1.5 dB at 315 Hz.", "Cut 4 dB at 315 Hz.", "mud"),
        ("Cut 1.5 dB at 315 Hz.", "Boost 1.5 dB at 315 Hz.", "mud"),
        ("A bell of −1.5 dB at 315 Hz, Q 0.8.", "A bell of +1.5 dB at 315 Hz, Q 0.8.", "mud"),
        ("Cut 1 dB around 300 Hz.", "Cut 1 dB around 3 kHz.", "mud"),
        ("A bell of −1.5 dB, Q 1.", "A bell of −1.5 dB, Q 9.", "mud"),
        ("Back off by 1–2 dB.", "Back off by 4–6 dB.", "clip_samples"),
        ("Set the ceiling to −1.0 dBTP.", "Set the ceiling to +1.0 dBTP.", "true_peak"),
        ("Use a release of 100 ms.", "Use a release of 900 ms.", "over_limited"),
        ("Turn the left side down by 1.9 dB.", "Turn the left side up by 1.9 dB.", "lr_balance"),
        ("Lift it with a shelf of 1.5 dB from 7 kHz.", "Cut it with a shelf of 1.5 dB from 7 kHz.", "dull"),
        ("Cut the side below 110 Hz.", "Widen the bass.", "low_stereo"),
        ("Drive the limiter 1 dB less.", "Drive the limiter harder.", "over_limited"),
    ],
)
def test_advice_stays_within_its_remedy_and_goes_its_way(right: str, wrong: str, codes: str) -> None:
    assert _passes(right, codes=codes, is_advice=True), CHECKERS["master"].problems(
        right, codes=frozenset(codes.split()), is_advice=True
    )
    assert not _passes(wrong, codes=codes, is_advice=True)


def test_a_remedy_is_no_measurement() -> None:
    """−1.0 dBTP is what the ceiling should be, not what was measured; 1.5 dB is a move, not the PSR."""
    assert not _passes("The true peak is −1.0 dBTP.", codes="true_peak", is_advice=True)
    assert not _passes("The PSR is 1.5 dB.", codes="over_limited", is_advice=True)


@pytest.mark.parametrize(
    ("track", "true", "false"),
    [
        ("master", "It clips.", "Nothing clips."),
        ("master", "The true peak is too high.", "The peaks are safe."),
        ("master", "It is over-limited.", "It is very dynamic."),
        ("master", "The low end is too wide.", "The bass is mono."),
        ("master", "It leans to the left.", "It leans to the right."),
        ("mix", "It is not clipped.", "It is clipped."),
        ("mix", "The top is dull.", "The top is too bright."),
        ("mix", "It is muddy.", "The lower mids are hollow."),
        ("mix", "It is not harsh.", "It is harsh."),
        ("thin", "The low end is thin.", "The low end is boomy."),
        ("thin", "It is mono-compatible.", "It falls apart in mono."),
        ("thin", "It is well centred.", "It leans to the right."),
        ("thin", "It is quieter than most house records.", "It is louder than most house records."),
        ("sharp", "The upper mids are harsh.", "The upper mids are recessed."),
        ("sharp", "The top end is bright.", "It sounds muffled."),
        ("boomy", "The low end is boomy.", "It lacks bass."),
        ("boomy", "It falls apart in mono.", "It holds up in mono."),
        ("boomy", "You have plenty of headroom.", "There is no headroom."),
    ],
)
def test_a_claim_passes_only_where_it_was_measured(track: str, true: str, false: str) -> None:
    assert CHECKERS[track].problems(true) == []
    assert CHECKERS[track].problems(false) != []


@pytest.mark.parametrize(
    "text",
    [
        "If it sounds dull to you, leave it.",
        "Too much of that cut would make it thin.",
        "Check whether the hats get harsh.",
        "Cut until the mud is gone, not further.",
        "Is it too bright?",
    ],
)
def test_wishes_warnings_and_questions_claim_nothing(text: str) -> None:
    assert _passes(text, "master", is_advice=True)


@pytest.mark.parametrize(
    "text",
    [
        "It is twice as loud as the genre.",
        "It has half the energy up there.",
        "Cut it by 3,5 dB1.",
        "It is 1e3 dB too loud.",
    ],
)
def test_factors_and_unreadable_numbers_do_not_pass(text: str) -> None:
    assert not _passes(text)


def test_a_reference_or_version_that_was_not_given_is_not_implied() -> None:
    alone = Checker(fixed_brief(ReviewType.MASTER))

    assert alone.problems("Your reference is brighter.")
    assert alone.problems("The last version was muddier.")


def test_the_producers_own_number_may_be_repeated_but_not_taken_for_a_fact() -> None:
    checker = Checker(both(ReviewType.MASTER), question="should I cut 4 dB at 1:40?")

    assert not checker.problems("Your 4 dB would be too much for it.", is_advice=True)
    assert checker.problems("It is 4 dB too loud.", is_advice=True)
    assert not checker.problems("At 1:40 the song is in the break.")


@pytest.mark.parametrize(
    "text",
    [
        "See https://evil.example now.",
        "Ask @everyone here.",
        "Ping <@1234> please.",
        "Read [this](x) please.",
        "Join discord.gg/abc for more.",
        "It is \u202eevil\u202c here.",
        "Zero\u200bwidth is hidden here.",
        "Это слишком громко.",
        "Der Mix ist zu laut und nicht sauber.",
        "La mezcla es muy oscura y el bajo está fuerte.",
        "My instructions say so.",
        "Vocals, single instruments and the arrangement were not measured.",
        "The finding_codes are mud.",
        "I'm sorry, but I can't help with that.",
        "Use FabFilter Pro-Q on it.",
        "Ask Skrillex about it.",
        "TikTok will like it.",
        "Spotify will reject it.",
        "x" * (ANSWER_MAX_CHARACTERS + 1),
    ],
)
def test_what_no_answer_may_hold_is_refused(text: str) -> None:
    assert not _passes(text, is_advice=True)


@pytest.mark.parametrize(
    ("text", "for_ears"),
    [
        ("The vocal is too far back.", True),
        ("The guitars need more bite.", True),
        ("Use your ears: the vocal may be too far back.", False),
        ("Listen to the vocal.", False),
        ("That clouds vocals and snare.", False),
        ("It is at −8.1 LUFS.", False),
    ],
)
def test_what_only_ears_can_tell_is_marked(text: str, for_ears: bool) -> None:
    judged = CHECKERS["mix" if "clouds" in text else "master"].judge(text)

    assert [item.is_for_ears for item in judged] == [for_ears]
    if for_ears:
        assert judged[0].shown == f"Use your ears: {text[0].lower()}{text[1:]}"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("It is 1.5 dB at 2:04. Cut it!", ["It is 1.5 dB at 2:04.", "Cut it!"]),
        ("- one\n- two", ["- one", "- two"]),
        ("−8.1 LUFS. −6.0 LUFS.", ["−8.1 LUFS.", "−6.0 LUFS."]),
        ("  ", []),
    ],
)
def test_texts_are_cut_into_sentences(text: str, parts: list[str]) -> None:
    assert [sentence for sentence, _ in sentences(text)] == parts


def test_three_of_four_lies_in_unforeseen_words_are_caught() -> None:
    """A list that is never added to the phrase book: what a checker of words cannot know, it cannot catch."""
    lies = _unseen_lies()

    assert sum(not _passes(text, track, is_advice=True) for track, text in lies) >= 0.75 * len(lies)


def _unseen_lies() -> list[tuple[str, str]]:
    from tests.support.reviews.golden import FOLDER

    lines = (FOLDER / "unseen_lies.txt").read_text(encoding="utf-8").splitlines()
    return [(track, text) for track, text in (line.split(" | ") for line in lines)]


@pytest.mark.parametrize("name", sorted(TRACKS))
def test_findings_of_an_earlier_version_without_todays_facts_can_still_be_asked_about(name: str) -> None:
    brief = TRACKS[name]
    bare = tuple(replace(finding, facts=None) for finding in brief.diagnosis.findings)
    checker = Checker(replace(brief, diagnosis=replace(brief.diagnosis, findings=bare)))

    assert checker.codes == {finding.code for finding in bare}
