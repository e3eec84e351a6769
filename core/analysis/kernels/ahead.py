"""Machine code that was compiled when the program was installed, so that the first start need not compile.

``earshot compile`` writes it (`make setup` and the container image run that); a warm-up whose own folder holds no
machine code copies it. numba stores with each function the processor and the age and size of its source file, and
compiles again where they differ.
"""

import hashlib
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

AHEAD_FOLDER = Path(sys.prefix) / "share" / "earshot" / "kernels"
"""Parent of the folders, one per version of the kernels. It belongs to the installation, not to its data."""

INDEX_PATTERN = "*.nbi"
"""numba's index files, one per function."""


def kernels_digest() -> str:
    """A name for the machine code of these kernels: of their sources, numba's version and librosa's.

    numba itself compares only the file of a kernel, not the files of the functions that it calls.
    """
    sources = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    versions = "".join(version(package) for package in ("numba", "librosa"))
    return hashlib.sha256(sources + versions.encode()).hexdigest()[:16]


def compiled_ahead() -> Path:
    """The folder with the machine code of these kernels; it may not exist."""
    return AHEAD_FOLDER / kernels_digest()


def copy_machine_code(source: Path, folder: Path) -> bool:
    """Copy machine code to a folder that holds none.

    Args:
        source: where it was compiled ahead; nothing is copied if it is no folder.
        folder: numba's folder.

    Returns:
        Whether it was copied. A copy that fails is given up: the functions are then compiled.
    """
    if source == folder or not source.is_dir() or any(folder.rglob(INDEX_PATTERN)):
        return False
    try:
        shutil.copytree(source, folder, dirs_exist_ok=True)
    except (OSError, shutil.Error):
        # an index without its code would only be compiled again, but a file that was cut off could not be read
        for index in folder.rglob(INDEX_PATTERN):
            index.unlink(missing_ok=True)
        return False
    return True
