"""What is no track is refused for what it is, and opens nothing else."""

from pathlib import Path

import av
import pytest

from core.audio.decode import open_audio
from core.audio.source import DecodeLimits
from core.text.error_sentences import say
from core.values.errors import InputCode, InputError
from tests.integration.decoding.refusals import RATE_HZ, Builder, flac, m4a, refusal, vorbis, wav
from tests.support.audio import hostile


def test_an_empty_file_is_refused_as_empty() -> None:
    assert refusal(b"").code is InputCode.EMPTY


@pytest.mark.parametrize("name", hostile.NOT_AUDIO)
def test_what_is_no_audio_is_refused_as_that(name: str) -> None:
    assert refusal(hostile.NOT_AUDIO[name]).code is InputCode.NOT_AUDIO


@pytest.mark.parametrize("name", hostile.UNSUPPORTED)
def test_a_known_other_format_is_refused_by_its_name(name: str) -> None:
    error = refusal(hostile.UNSUPPORTED[name])

    assert error.code is InputCode.UNSUPPORTED_FORMAT
    assert str(error.facts["found"]) in say(error)


@pytest.mark.parametrize("name", sorted(hostile.unusual_codecs()))
def test_a_codec_nobody_bounces_in_is_refused_before_it_decodes(name: str) -> None:
    assert refusal(hostile.unusual_codecs()[name]).code is InputCode.UNSUPPORTED_FORMAT


def test_a_film_without_sound_is_no_audio() -> None:
    assert refusal(hostile.movie(sound=None)).code is InputCode.NOT_AUDIO


@pytest.mark.parametrize(
    ("name", "make", "container"),
    [("song.mp3", flac, "flac"), ("song.wav", hostile.mp3, "mp3"), ("song.txt", vorbis, "ogg"), ("song", m4a, "mov")],
)
def test_the_content_decides_and_not_the_name(tmp_path: Path, name: str, make: Builder, container: str) -> None:
    path = tmp_path / name
    path.write_bytes(make())

    with path.open("rb") as file, open_audio(file, DecodeLimits()) as stream:
        assert sum(block.shape[1] for block in stream.blocks()) >= 4 * RATE_HZ
        assert stream.info().container == container


TRICKS = {
    "concat": b"ffconcat version 1.0\nfile victim.wav\n",
    "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://{folder}/victim.mp3\n#EXT-X-ENDLIST\n",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_text_named_like_a_track_cannot_open_its_neighbour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trick: str
) -> None:
    (tmp_path / "victim.wav").write_bytes(wav())
    (tmp_path / "victim.mp3").write_bytes(hostile.mp3())
    suffix = "m3u8" if trick == "playlist" else "mp3"
    attack = tmp_path / f"attack.{suffix}"
    attack.write_bytes(TRICKS[trick].replace(b"{folder}", bytes(tmp_path)))
    monkeypatch.chdir(tmp_path)

    with av.open(str(attack)) as unguarded:  # the harm: another member's upload is decoded
        assert sum(frame.samples for frame in unguarded.decode(audio=0)) > 3 * RATE_HZ

    with attack.open("rb") as file, pytest.raises(InputError) as caught, open_audio(file, DecodeLimits()):
        pass
    assert caught.value.code is InputCode.UNSUPPORTED_FORMAT
