"""What services do to the level, against values worked out by hand from what the services say."""

import pytest

from core.analysis.measurements import Analysis
from core.diagnosis import diagnose
from core.diagnosis.findings import PlatformEffect
from core.knowledge.genres import genre_table
from core.knowledge.platforms import platforms
from tests.support.reviews.analyses import changed, neutral, request


def effects(integrated: float | None, true_peak: float, genre_id: str = "pop") -> dict[str, PlatformEffect]:
    analysis: Analysis = changed(
        neutral(genre_id), loudness__integrated_lufs=integrated, peaks__true_peak_dbtp=true_peak
    )
    diagnosis = diagnose(analysis, genre_table().get(genre_id), request(genre_id=genre_id))
    return {effect.platform_id: effect for effect in diagnosis.platforms}


HAND_CALCULATED = [
    # a loud master: everybody with a target turns it down to it
    (-8.0, 0.5, "spotify_normal", -6.0, -14.0),
    (-8.0, 0.5, "spotify_loud", -3.0, -11.0),
    (-8.0, 0.5, "apple_music", -8.0, -16.0),
    (-8.0, 0.5, "youtube", -6.0, -14.0),
    (-8.0, 0.5, "tidal", -6.0, -14.0),
    (-8.0, 0.5, "deezer", -7.0, -15.0),
    (-8.0, 0.5, "bandcamp", None, -8.0),
    # between the targets: YouTube Music plays at −7 LUFS and turns nothing up
    (-8.0, 0.5, "youtube_music", 0.0, -8.0),
    (-6.0, 0.5, "youtube_music", -1.0, -7.0),
    # Spotify's own example: −20 LUFS with −5 dBTP is lifted to −16 only
    (-20.0, -5.0, "spotify_normal", 4.0, -16.0),
    (-20.0, -5.0, "spotify_loud", 9.0, -11.0),
    (-20.0, -5.0, "apple_music", 4.0, -16.0),
    (-20.0, -12.0, "spotify_normal", 6.0, -14.0),
    (-20.0, -0.5, "spotify_normal", 0.0, -20.0),
    (-20.0, -5.0, "youtube", 0.0, -20.0),
    (-20.0, -5.0, "tidal", 0.0, -20.0),
    (-20.0, -5.0, "deezer", None, None),
    (-14.0, -2.0, "spotify_normal", 0.0, -14.0),
]


@pytest.mark.parametrize(("integrated", "true_peak", "platform", "gain", "playback"), HAND_CALCULATED)
def test_gain_and_playback_loudness(
    integrated: float, true_peak: float, platform: str, gain: float | None, playback: float | None
) -> None:
    effect = effects(integrated, true_peak)[platform]

    assert effect.gain_db == (None if gain is None else pytest.approx(gain))
    assert effect.playback_lufs == (None if playback is None else pytest.approx(playback))


def test_what_holds_a_gain_back_is_named() -> None:
    assert "true peak" in effects(-20.0, -5.0)["spotify_normal"].note
    assert "limiter" in effects(-20.0, -5.0)["spotify_loud"].note
    assert "limiter" not in effects(-20.0, -12.0)["spotify_loud"].note
    assert "true peak" not in effects(-20.0, -12.0)["spotify_normal"].note


def test_a_note_is_a_few_words_and_the_same_for_the_same_effect() -> None:
    for integrated, peak in ((-8.0, 0.5), (-20.0, -5.0), (-14.0, -2.0)):
        for effect in effects(integrated, peak).values():
            assert len(effect.note) <= 45
            assert "plays it" not in effect.note
    quiet = effects(-20.0, -5.0)
    assert quiet["youtube"].note == quiet["tidal"].note == quiet["soundcloud"].note
    assert quiet["bandcamp"].note == quiet["club_dj"].note


def test_podcast_services_play_speech_only() -> None:
    assert "podcast_apple" not in effects(-16.0, -2.0)
    assert "podcast_apple" in effects(-16.0, -2.0, "podcast_spoken")


def test_every_service_is_listed_once_and_nothing_where_loudness_is_unknown() -> None:
    assert set(effects(-10.0, -1.0)) == {platform.id for platform in platforms() if not platform.speech_only}
    assert effects(None, -1.0) == {}
