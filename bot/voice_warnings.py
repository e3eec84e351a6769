"""Discord's voice channels: Earshot joins none."""

import discord


def silence_voice_warnings() -> None:
    """Keep discord.py from warning that the libraries for voice, PyNaCl and davey, are not installed.

    They are left out on purpose, and discord.py warns when its first client is made. Only these two warnings are
    switched off, by the attributes that it keeps for them (discord.py 2.7, `Client.__init__`).
    """
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
