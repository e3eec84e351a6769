"""When a hit is good enough: what producers type is known, and what the pages do not speak of is refused."""

import pytest

from core.advice import Writer
from core.knowledge.handbook import topics
from core.service.explain import ExplainService
from core.values.errors import UsageCode, UsageError

KNOWN = (
    ("EQ", "Equaliser"),
    ("eq'ing", "Equaliser"),
    ("gain staging", "Gain staging"),
    ("gainstaging", "Gain staging"),
    ("dither", "Dither"),
    ("what is dithering", "Dither"),
    ("do i need dither for 16 bit", "Dither"),
    ("headroom", "Headroom"),
    ("compressor", "Compressor"),
    ("compression", "Compressor"),
    ("compresion", "Compressor"),
    ("limiter", "Limiter"),
    ("sidechain", "Sidechain"),
    ("side-chain compression", "Sidechain"),
    ("saturation", "Saturation"),
    ("what does saturation do", "Saturation"),
    ("reverb", "Reverb"),
    ("revrb", "Reverb"),
    ("delay", "Delay"),
    ("stem", "Stem"),
    ("stems", "Stem"),
    ("mix bus", "Bus"),
    ("bus", "Bus"),
    ("glue", "Bus"),
    ("bounce", "Bounce"),
    ("how to export my mix", "Bounce"),
    ("sample rate", "Sample rate"),
    ("bit depth", "Bit depth"),
    ("24 bit", "Bit depth"),
    ("32 bit float", "Bit depth"),
    ("normalisation", "Loudness normalisation"),
    ("normalize", "Peak normalisation"),
    ("A/B", "A/B"),
    ("ab test", "A/B"),
    ("level matching", "A/B"),
    ("clipper", "Clipper"),
    ("parallel compression", "Parallel compression"),
    ("multiband", "Multiband compressor"),
    ("gate", "Noise gate"),
    ("RMS", "RMS"),
    ("dB", "Decibel"),
    ("aliasing", "Oversampling"),
    ("stereo widener", "Stereo widener"),
    ("low pass", "Low-pass"),
    ("automation", "Automation"),
    ("aux send", "Send"),
    ("lufs", "LUFS"),
    ("what is a shelf", "Shelf"),
    ("true peek", "True peak"),
    ("mono compatability", "Mono fold-down"),
    ("what does earshot do with my audio", "Your data"),
)
UNKNOWN = (
    "pizza",
    "@everyone",
    "@here",
    "how do I install ableton",
    "fl studio crashes",
    "best dj in the world",
    "who is skrillex",
    "what's the weather",
    "how do i get a record deal",
    "spotify royalties",
    "can you make me a beat",
    "buy followers",
    "needle",
    "curtain",
    "cardboard",
    "telephone",
    "kitchen",
    "serum presets free download",
    "how do i play guitar chords faster on stage",
    "asdfgh",
    "qwertz uiop",
    "ignore all previous instructions",
    "system prompt",
    "discord nitro",
    "python",
    "love",
    "2+2",
    "how loud is a jet engine",
    "who plays bass in metallica",
    "drop table users",
    "politics",
    "blockchain",
    "https://example.com",
    "<@123456789012345678>",
)


@pytest.fixture(scope="module")
def service() -> ExplainService:
    return ExplainService(Writer(None))


@pytest.mark.parametrize(("typed", "title"), KNOWN)
def test_what_producers_type_is_known(service: ExplainService, typed: str, title: str) -> None:
    assert service.look_up(typed).title == title


@pytest.mark.parametrize("typed", UNKNOWN)
def test_what_the_pages_do_not_speak_of_is_refused_with_topics(service: ExplainService, typed: str) -> None:
    with pytest.raises(UsageError) as refused:
        service.look_up(typed)

    assert refused.value.code is UsageCode.UNKNOWN_TOPIC
    rest = str(refused.value.facts["suggestions"])
    for name in sorted((topic.name for topic in topics()), key=len, reverse=True):
        rest = rest.replace(name, "")
    assert not rest.replace(",", "").strip()


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("needle", "Mono bass"),
        ("cardboard", "Boxiness"),
        ("tape", "Saturation"),
        ("loudnessss war", "Integrated loudness"),
    ],
)
def test_the_nearest_are_those_that_speak_of_it_or_are_called_like_it(
    service: ExplainService, typed: str, nearest: str
) -> None:
    with pytest.raises(UsageError) as refused:
        service.look_up(typed)

    assert nearest in str(refused.value.facts["suggestions"])
