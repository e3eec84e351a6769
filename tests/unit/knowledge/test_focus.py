"""Focus texts as producers write them, and what each asks for."""

import re

import pytest

from core.diagnosis import diagnose
from core.diagnosis.finding_words import insight, suggestion
from core.diagnosis.findings import Diagnosis
from core.knowledge.focus import Intent, asked_text, focus_words, parse_intent
from core.knowledge.genres import genre_table
from core.rules.reading import Severity
from core.rules.rule import rules
from core.values.chain import EMPTY
from core.values.request import Detail, ReviewType
from tests.support.reviews.analyses import changed, neutral, request, standing_out, tilted

TEXTS: list[tuple[str, set[str], set[str]]] = [
    ("is the vocal too dry?", {"vocals"}, set()),
    ("don't touch the bass", set(), {"bass"}),
    ("Don’t touch the bass!", set(), {"bass"}),
    ("dont touch my 808s", set(), {"bass"}),
    ("leave the low end alone", set(), {"bass"}),
    ("the bass is meant to be that loud, check the vocals", {"vocals"}, {"bass"}),
    ("bass stays as is. how's the stereo width?", {"width"}, {"bass"}),
    ("drums and vocals please, but leave the bass alone", {"drums", "vocals"}, {"bass"}),
    ("keep the kick and the sub, fix the highs", {"top"}, {"kick", "bass"}),
    ("ears on the snare", {"drums"}, set()),
    ("is my low end muddy", {"bass", "mids"}, set()),
    ("hands off the loudness, it's on purpose", set(), {"loudness"}),
    ("everything except the vocals", set(), {"vocals"}),
    ("the bass is on purpose and the vocals are too quiet", {"vocals", "loudness"}, {"bass"}),
    ("the distortion is intentional", set(), {"clipping"}),
    ("vinyl crackle is on purpose", set(), {"noise"}),
    ("too harsh?", {"harshness"}, set()),
    ("i'm happy with the drums, is it loud enough", {"loudness"}, {"drums"}),
    ("vocls too quiet?", {"vocals", "loudness"}, set()),
    ("check the widht and the loudnes", {"width", "loudness"}, set()),
    ("dont touch the drumms", set(), {"drums"}),
    ("stero image ok?", {"width"}, set()),
    ("ignore the intro, look at the drums", {"drums"}, {"ends"}),
    ("keep the bass check the highs", {"top"}, {"bass"}),
    ("compresion and transiens", {"dynamics", "drums"}, set()),
    ("don't touch the bass\nhow are the mids", {"mids"}, {"bass"}),
    ("DON'T TOUCH THE WIDTH", set(), {"width"}),
    ("is it ready?", set(), set()),
    ("first track ever, be nice with me", set(), set()),
    ("I made this with a friend last night, quite happy", set(), set()),
    ("", set(), set()),
]


@pytest.mark.parametrize(("text", "stressed", "left"), TEXTS)
def test_what_producers_write_is_read_as_they_mean_it(text: str, stressed: set[str], left: set[str]) -> None:
    intent = parse_intent(text)

    assert (set(intent.stressed), set(intent.left_alone)) == (stressed, left)


def test_no_focus_asks_for_nothing() -> None:
    assert parse_intent(None) == Intent()
    assert asked_text(None) is None


def test_what_is_asked_is_told_without_what_must_stay() -> None:
    assert asked_text("Leave the bass alone, check the highs at 1:10") == "check the highs at 1:10"
    assert asked_text("warm, dark and airy") is None


def test_what_is_asked_about_and_left_alone_is_left_alone() -> None:
    assert parse_intent("how is the bass? don't touch the bass") == Intent((), ("bass",))


def test_rules_name_topics_there_are_and_words_belong_to_one_topic() -> None:
    topics = focus_words().topics
    words = [word for topic in topics for word in topic.words]
    ids = {topic.id for topic in topics}

    assert {topic for rule in rules().values() for topic in (*rule.focus, *rule.alters)} <= ids
    assert len(words) == len(set(words))
    assert all(word == word.casefold() for word in words)
    assert ids - {topic for rule in rules().values() for topic in rule.alters} == set()


def heavy_and_harsh(kind: ReviewType = ReviewType.MASTER, focus: str | None = None) -> Diagnosis:
    """Low end +18 dB, 2–5 kHz +8 dB and too wide a low end, judged with a focus."""
    analysis = tilted(tilted(neutral(mix=kind is not ReviewType.MASTER), "bass_60_200", 18.0), "presence_2k_5k", 8.0)
    analysis = changed(analysis, bass__side_to_mid_below_120_db=-3.0)
    return diagnose(analysis, genre_table().get("pop"), request(kind, focus=focus))


def codes(diagnosis: Diagnosis) -> list[str]:
    return [finding.code for finding in diagnosis.findings]


def test_what_is_left_alone_stays_as_a_note_without_a_remedy_and_comes_last() -> None:
    free, bound = heavy_and_harsh(), heavy_and_harsh(focus="don't touch the bass")
    left = [finding for finding in bound.findings if finding.code in {"low_end_buildup", "low_stereo"}]

    assert {"low_end_buildup", "low_stereo", "harsh"} <= set(codes(free))
    assert codes(free)[0] != "harsh"
    assert codes(bound)[0] == "harsh"
    assert [finding.code for finding in bound.findings[-2:]] == [finding.code for finding in left]
    for finding in left:
        assert finding.severity is Severity.INFO
        assert finding.remedy.chain == EMPTY
        assert "leave the bass alone" in finding.remedy.text
        for detail in Detail:
            words = suggestion(finding, genre_table().get("pop"), ReviewType.MASTER, detail)
            assert "leave the bass alone" in words


def test_what_is_left_alone_is_told_with_its_frequency() -> None:
    genre = genre_table().get("pop")
    found = diagnose(standing_out(neutral(), "mud", 8.0), genre, request(focus="leave the mids alone")).findings
    mud = next(finding for finding in found if finding.code == "mud")

    assert mud.remedy.chain == EMPTY
    for variant in range(3):
        assert re.search(r"near \d+\sHz, ", insight(mud, genre, Detail.PRO, variant))


def test_nothing_else_changes_for_what_is_left_alone() -> None:
    free = {finding.code: finding for finding in heavy_and_harsh().findings}
    bound = {finding.code: finding for finding in heavy_and_harsh(focus="leave the bass").findings}

    assert set(bound) == {code for finding in free.values() for code in (finding.code, *finding.merged)}
    assert bound["harsh"] == free["harsh"]
    assert bound["low_end_buildup"].value == free["low_end_buildup"].value


def test_what_is_left_alone_is_no_part_of_a_shape_and_is_not_lost() -> None:
    analysis = tilted(neutral(), "bass_60_200", 14.0)
    for band in ("presence_2k_5k", "high_5k_10k", "air_10k_20k"):
        analysis = tilted(analysis, band, 6.0)
    genre = genre_table().get("pop")
    free = diagnose(analysis, genre, request()).findings
    bound = diagnose(analysis, genre, request(focus="leave the top end and the upper mids alone")).findings

    assert "scoop" in {(finding.facts or {}).get("shape") for finding in free}
    assert {"bright_excess", "harsh", "low_end_buildup"} == {finding.code for finding in bound}
    assert {(finding.facts or {}).get("shape") for finding in bound} == {None}


def test_what_is_asked_about_is_named_earlier() -> None:
    analysis = changed(tilted(neutral(), "lowmid_200_500", 7.5), peaks__true_peak_dbtp=-0.4)
    genre = genre_table().get("pop")
    plain = diagnose(analysis, genre, request())
    asked = diagnose(analysis, genre, request(focus="is it muddy?"))
    peaks = diagnose(analysis, genre, request(focus="are the true peaks ok?"))

    assert set(codes(plain)) == set(codes(asked)) == {"mud", "true_peak"}
    assert codes(asked)[0] == "mud"
    assert codes(peaks)[0] == "true_peak"


def test_a_broken_file_is_named_first_whatever_is_asked_about() -> None:
    analysis = changed(tilted(neutral(), "lowmid_200_500", 5.0), faults__dead_channel=1)
    found = diagnose(analysis, genre_table().get("pop"), request(focus="is it muddy?"))

    assert codes(found)[0] == "dual_mono"


def test_clipping_on_purpose_keeps_its_severity_but_gets_no_remedy() -> None:
    analysis = changed(neutral(), peaks__clipped_run_count=4_000)
    genre = genre_table().get("pop")
    plain = diagnose(analysis, genre, request()).findings[0]
    meant = diagnose(analysis, genre, request(focus="the distortion is intentional")).findings[0]

    assert (plain.code, meant.code) == ("clip_samples", "clip_samples")
    assert meant.severity is plain.severity
    assert meant.remedy.chain == EMPTY
    assert "leave the distortion alone" in meant.remedy.text


def test_the_intent_is_kept_with_the_diagnosis() -> None:
    found = heavy_and_harsh(focus="don't touch the bass, check the mids")

    assert found.intent == Intent(("mids",), ("bass",))
    assert heavy_and_harsh().intent == Intent()
