"""discord.py says nothing of voice, in which Earshot takes no part."""

import logging

import discord
import pytest

from bot.voice_warnings import silence_voice_warnings


@pytest.mark.parametrize("is_silenced", [False, True])
async def test_a_client_warns_of_no_library_for_voice(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, is_silenced: bool
) -> None:
    for flag in ("warn_nacl", "warn_dave"):
        monkeypatch.setattr(discord.VoiceClient, flag, True)
    if is_silenced:
        silence_voice_warnings()

    with caplog.at_level(logging.WARNING, "discord"):
        discord.Client(intents=discord.Intents(guilds=True))

    assert sum("voice" in message for message in caplog.messages) == (0 if is_silenced else 2)
