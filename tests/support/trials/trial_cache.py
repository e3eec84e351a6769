"""Analyses of trials on disk: of this test run where there is one, else under build/, keyed by the code behind them."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from core.analysis.level.encoded_passages import EncodedPeak
from core.analysis.measurements import Analysis
from core.values.serial import from_json, to_json
from tests.support.once import locked, run_folder

ROOT = Path(__file__).parents[3]


class Cache:
    """Analyses on disk, by name; processes that ask for the same one wait for the first that makes it."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or run_folder() or ROOT / "build" / "faults" / _digest()
        self._folder.mkdir(parents=True, exist_ok=True)

    def analysis(self, name: str, make: Callable[[], Analysis]) -> Analysis:
        """The stored analysis, or the one that `make` makes."""
        return from_json(Analysis, self._stored(name, lambda: to_json(make())))

    def numbers(self, name: str, make: Callable[[], dict[str, float]]) -> dict[str, float]:
        """The stored numbers, or those that `make` makes."""
        return from_json(dict[str, float], self._stored(name, lambda: to_json(make())))

    def encoded(self, name: str, make: Callable[[], tuple[EncodedPeak, ...]]) -> tuple[EncodedPeak, ...]:
        """The stored peaks after encoding, or those that `make` makes."""
        return tuple(from_json(list[EncodedPeak], self._stored(name, lambda: to_json(make()))))

    def _stored(self, name: str, make: Callable[[], bytes]) -> bytes:
        path = self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.json"
        with locked(path.with_suffix(".lock")):
            if not path.is_file():
                temporary = path.with_suffix(".part")
                temporary.write_bytes(make())
                temporary.replace(path)
        return path.read_bytes()


def _digest() -> str:
    sources = [*sorted((ROOT / "core" / "analysis").rglob("*.py")), Path(__file__).with_name("faults.py")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
