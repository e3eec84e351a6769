"""One process per data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.folder_lock import hold_folder, make_folder
from core.text.error_sentences import say
from core.values.errors import DependencyError, UsageCode, UsageError

HOLD = """
import sys
from pathlib import Path
from bot.folder_lock import hold_folder, make_folder
with hold_folder(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_and_the_first_ones_death_frees_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:  # noqa: S603 - our own text
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DependencyError) as refused, hold_folder(tmp_path):
            pass
        other.kill()

    assert "EARSHOT_DATA_DIR" in say(refused.value)
    with hold_folder(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError) as refused, hold_folder(tmp_path / "file" / "data"):
        pass

    assert refused.value.code is UsageCode.DATA_FOLDER_UNWRITABLE
    assert str(tmp_path / "file" / "data") in say(refused.value)
    assert "EARSHOT_DATA_DIR" in say(refused.value)


def test_a_file_in_place_of_a_folder_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "blobs").touch()
    with pytest.raises(UsageError) as refused:
        make_folder(tmp_path / "blobs")

    assert refused.value.code is UsageCode.FILE_IN_PLACE_OF_FOLDER
    assert str(tmp_path / "blobs") in say(refused.value)
    assert "Move it away" in say(refused.value)
