"""A loopback Discord: REST, gateway and CDN on 127.0.0.1, strict where Discord is strict.

The unmodified discord.py client logs in to it. Its rules come from Discord's developer documentation; each was seen to
matter to the client. People are driven by `Member`: they use commands, press buttons, write messages.
"""

from tests.support.loopback.server import LoopbackDiscord
from tests.support.loopback.state import Channel, Interaction, Message

__all__ = ["Channel", "Interaction", "LoopbackDiscord", "Message"]
