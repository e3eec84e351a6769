"""What Discord shows of targets: foreign names are literal text, and everything fits into a message."""

from dataclasses import replace

from cogs.rendering import MESSAGE_MAX_CHARACTERS, escaped, target_block, target_made
from cogs.targets import list_text, target_text
from core.service.job_payloads import TargetStep
from core.service.targets import TARGETS_MAX
from core.storage import TargetEntry
from core.targets import words
from core.targets.named import MEASURES, NAME_MAX_CHARACTERS, NamedTarget
from core.targets.percentiles import Percentiles, ServerTarget
from core.text.language import worded
from tests.support.clock import START
from tests.unit.targets.samples import comparison

NAME = "**x** [y](https://z) @everyone"


def test_a_name_is_shown_literally_wherever_it_stands() -> None:
    named = NamedTarget(NAME, ServerTarget(9, {"plr_db": Percentiles(1.0, 2.0, 3.0, 9)}), "house")
    shown = (
        "\n".join(target_block(replace(comparison(), name=NAME))),
        target_made(TargetStep(NAME, 9, (f"Track 2: {NAME}",)), "key"),
        target_text(named),
        list_text((TargetEntry(NAME, 9, "house", START),)),
    )

    for text in shown:
        assert escaped(NAME) in text
        assert "@everyone" not in text
        assert "](https" not in text


def test_a_block_tells_the_farthest_and_the_loudness() -> None:
    found = comparison()
    far = tuple(replace(delta, outside=2.0) for delta in found.deltas)
    block = target_block(replace(found, deltas=far))

    assert len(block) == 1 + words.OUTSIDE_SHOWN + 2  # heading; how many more; loudness
    assert worded("target.more", count=len(far) - 1 - words.OUTSIDE_SHOWN) in block[-2]
    assert "Loudness" in block[-1]


def test_the_longest_list_and_table_fit_into_a_message() -> None:
    entries = tuple(TargetEntry("*" * NAME_MAX_CHARACTERS, 9, "house", START) for _ in range(TARGETS_MAX))
    usual = Percentiles(-120.0, -119.5, -100.0, 10_000)
    named = NamedTarget("*" * NAME_MAX_CHARACTERS, ServerTarget(10_000, dict.fromkeys(MEASURES, usual)), "house")

    assert len(list_text(entries)) <= MESSAGE_MAX_CHARACTERS
    assert len(target_text(named)) <= MESSAGE_MAX_CHARACTERS


def test_where_there_is_none_it_says_who_makes_one() -> None:
    assert "/target add" in list_text(())
