"""What would be a fault if somebody sings is said where a voice is plausible only, as "likely", and as a note."""

import re

import pytest

from core.analysis.measurements import Analysis, Ess
from core.diagnosis import diagnose
from core.diagnosis.finding_words import insight
from core.diagnosis.findings import Finding
from core.knowledge.genres import genre_table
from core.rules.reading import Severity, Span
from core.values.request import Detail, ReviewType
from tests.support.reviews.analyses import changed, mono, neutral, request

CODES = ("sibilance", "masking_vocal")


def found(analysis: Analysis, genre_id: str, focus: str | None = None) -> dict[str, Finding]:
    """Both rules' findings on a track, by code."""
    asked = request(ReviewType.MIXDOWN, genre_id, focus=focus)
    findings = diagnose(analysis, genre_table().get(genre_id), asked).findings
    return {finding.code: finding for finding in findings if finding.code in CODES}


def faulty(genre_id: str) -> Analysis:
    return changed(
        neutral(genre_id, mix=True),
        sibilance__esses=(Ess(20.0, 0.08, 9.0), Ess(21.5, 0.06, 8.0), Ess(90.0, 0.1, 12.0)),
        sibilance__ess_count=40,
        sibilance__esses_per_minute=12.0,
        centre__centre_to_all_db=-8.0,
        centre__timeline_db=tuple(-9.0 if 40 <= second < 60 else -7.5 for second in range(200)),
    )


@pytest.mark.parametrize(
    ("genre_id", "focus", "codes"),
    [
        ("pop", None, set(CODES)),
        ("hiphop_trap", None, set(CODES)),
        ("techno", None, set()),
        ("ambient", "is the low end right?", set()),
        ("techno", "are the vocals clear enough?", set(CODES)),
        ("jazz", "she is a new singer, check the esses", set(CODES)),
        ("pop", "instrumental, how is the drop?", set()),
        ("hiphop_trap", "there are no vocals yet", set()),
        ("techno", "without any vocals so far", set()),
        ("pop", "no mud please, and are the vocals fine?", set(CODES)),
        ("podcast_spoken", None, {"sibilance"}),
    ],
)
def test_they_speak_where_a_voice_is_plausible(genre_id: str, focus: str | None, codes: set[str]) -> None:
    assert set(found(faulty(genre_id), genre_id, focus)) == codes


@pytest.mark.parametrize("code", CODES)
def test_whoever_leaves_the_vocals_alone_hears_it_without_a_remedy(code: str) -> None:
    finding = found(faulty("techno"), "techno", "leave the vocals alone")[code]

    assert finding.remedy.text.startswith("You asked to leave the vocals alone")


def test_a_track_on_which_nothing_is_wrong_has_neither() -> None:
    assert not found(neutral("pop", mix=True), "pop", "check the vocals")


def test_they_name_the_moments() -> None:
    findings = found(faulty("pop"), "pop")

    assert [(span.start_s, span.end_s) for span in findings["sibilance"].spans] == [(20.0, 21.5), (90.0, 90.0)]
    assert findings["masking_vocal"].spans == (Span(40.0, 60.0),)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("detail", list(Detail))
def test_no_text_claims_that_a_voice_was_measured(code: str, detail: Detail) -> None:
    finding = found(faulty("pop"), "pop")[code]
    text = insight(finding, genre_table().get("pop"), detail)

    assert "likely" in text.casefold()
    assert not re.search(r"\b(?:the|your) (?:vocal|voice|singer)\b(?! is likely)", text)
    assert finding.severity is Severity.INFO


def test_a_channel_that_is_upside_down_explains_a_missing_centre() -> None:
    track = changed(faulty("pop"), faults__inverted_polarity=True)
    codes = {finding.code: finding for finding in diagnose(track, genre_table().get("pop"), request()).findings}

    assert "masking_vocal" not in codes
    assert "masking_vocal" in codes["dual_mono"].merged


def test_a_mono_file_and_an_old_analysis_have_no_reading() -> None:
    assert set(found(mono(faulty("pop")), "pop")) == {"sibilance"}
    assert not found(changed(faulty("pop"), sibilance=None, centre=None), "pop")
