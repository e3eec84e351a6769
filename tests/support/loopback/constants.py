"""Numbers of Discord's API (developer documentation: topics/permissions, resources/message, resources/channel)."""

DISCORD_EPOCH_MS = 1_420_070_400_000
"""First millisecond of snowflakes (reference: snowflakes)."""

TEXT, DM, VOICE, GROUP_DM, NEWS, STAGE, FORUM = 0, 1, 2, 3, 5, 13, 15
NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
THREADS = (NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD)

DEFAULT_PERMISSIONS = frozenset(
    "view_channel send_messages send_messages_in_threads create_public_threads embed_links attach_files "
    "read_message_history add_reactions mention_everyone use_external_apps connect".split()
)
"""What the bot may do where nothing is denied; manage_threads and manage_messages are not among it."""

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 1, 2, 3, 4, 5
"""Interaction types."""

DEFAULT_MESSAGE, RECIPIENT_ADD, CHANNEL_NAME_CHANGE, REPLY = 0, 1, 4, 19
CHAT_INPUT_COMMAND, THREAD_STARTER, CONTEXT_MENU_COMMAND = 20, 21, 23
"""Message types."""

FLAG_SUPPRESS_EMBEDS, FLAG_HAS_THREAD, FLAG_EPHEMERAL, FLAG_LOADING = 1 << 2, 1 << 5, 1 << 6, 1 << 7
FLAG_SILENT, FLAG_VOICE, FLAG_SNAPSHOT = 1 << 12, 1 << 13, 1 << 14
"""Message flags."""

FORWARD = 1
"""Type of a message_reference that forwards."""

MESSAGE_CONTENT = 1 << 15
"""Gateway intent."""

ACKNOWLEDGE_S = 3.0
"""An interaction must be answered within (interactions/receiving-and-responding)."""

TOKEN_LIFETIME_S = 15 * 60.0
"""An interaction's token lives (same page)."""

USER_INSTALL_FOLLOW_UPS_MAX = 5
"""Follow-ups of an interaction whose app is installed by the user alone (same page, Create Followup Message)."""
