"""Machine code compiled at the installation: copied where there is none, and never in place of what is there."""

import shutil
from pathlib import Path

import pytest

from core.analysis.kernels import ahead
from core.analysis.kernels.ahead import compiled_ahead, copy_machine_code, kernels_digest


def machine_code(folder: Path, text: str = "code") -> Path:
    (folder / "kernels_1").mkdir(parents=True)
    (folder / "kernels_1" / "hops.nbi").write_text(text)
    (folder / "kernels_1" / "hops.1.nbc").write_text(text)
    return folder


def test_it_is_copied_where_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "compiling.lock").touch()

    assert copy_machine_code(machine_code(tmp_path / "ahead"), tmp_path / "cache")
    assert (tmp_path / "cache" / "kernels_1" / "hops.1.nbc").read_text() == "code"


def test_what_is_there_stays(tmp_path: Path) -> None:
    mine = machine_code(tmp_path / "cache", "newer")

    assert not copy_machine_code(machine_code(tmp_path / "ahead"), mine)
    assert (mine / "kernels_1" / "hops.nbi").read_text() == "newer"


def test_without_any_there_is_nothing_to_copy(tmp_path: Path) -> None:
    folder = machine_code(tmp_path / "ahead")

    assert not copy_machine_code(tmp_path / "missing", tmp_path / "cache")
    assert not copy_machine_code(folder, folder)


def test_a_copy_that_fails_leaves_nothing_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: the index is there, the code it points to is not."""

    def full(source: Path, folder: Path, **_: object) -> None:
        (folder / "kernels_1").mkdir(parents=True)
        (folder / "kernels_1" / "hops.nbi").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)

    assert not copy_machine_code(machine_code(tmp_path / "ahead"), tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.nbi"))


def test_another_version_of_the_kernels_has_another_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    before = kernels_digest(), compiled_ahead()
    monkeypatch.setattr(ahead, "version", lambda package: f"{package} of tomorrow")

    assert kernels_digest() != before[0]
    assert compiled_ahead().parent == before[1].parent
    assert compiled_ahead() != before[1]
