"""What `/server show` says about ideas of the language model."""

import pytest

from cogs.server import server_text
from core.service.budget import GuildUsage
from core.service.servers import ServerState
from core.storage import Usage


@pytest.mark.parametrize(
    ("wanted", "allowed", "told"),
    [
        (True, True, "on"),
        (False, True, "off (`/server ideas` switches it on)"),
        (True, False, "off (the operator has switched them off)"),
        (False, False, "off (the operator has switched them off)"),
    ],
)
def test_it_says_whether_ideas_are_shown_and_who_can_change_that(wanted: bool, allowed: bool, told: str) -> None:
    state = ServerState(True, True, "gpt-x", GuildUsage(Usage(), Usage()), ideas=wanted, process_uses_ideas=allowed)

    assert f"**Its ideas, which nothing measured backs**: {told}" in server_text(state).splitlines()


def test_without_a_model_nothing_is_said_of_ideas() -> None:
    state = ServerState(True, False, "gpt-x", GuildUsage(Usage(), Usage()))

    assert "ideas" not in server_text(state)
