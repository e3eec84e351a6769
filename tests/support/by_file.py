"""How tests are divided between the worker processes of pytest-xdist."""

from xdist.scheduler import LoadScopeScheduling

DIVIDED = (
    "tests/conformance/test_annotated_music.py",
    "tests/conformance/test_other_meters.py",
    "tests/integration/faults/test_fault_table.py",
)
"""Files of few long tests that share what they measure through `once_each`: workers divide that between them."""


class ByFile(LoadScopeScheduling):
    """The tests of a file stay in one worker, which makes their fixtures once; some files are divided.

    A worker has one session: of the bot that wire tests share there is at most one per worker. The groups of
    pytest-xdist (3.8) do nothing with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file in DIVIDED else file
