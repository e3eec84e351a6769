"""File objects for demuxers: a part of one file, without a name and without access to any other file."""

import io
from collections.abc import Sequence
from typing import BinaryIO, NoReturn

from core.audio.riff import Correction


class Window(io.RawIOBase):
    """A file without a name, readable from an offset on, with some bytes corrected."""

    def __init__(self, file: BinaryIO, start: int, corrections: Sequence[Correction] = ()) -> None:
        self._file = file
        self._start = start
        self._corrections = corrections
        self._file.seek(start)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes from the current position."""
        if not self._corrections:
            return self._file.read(size)
        position = self.tell()
        data = bytearray(self._file.read(size))
        for correction in self._corrections:
            for at, byte in enumerate(correction.data, correction.at - position):
                if 0 <= at < len(data):
                    data[at] = byte
        return bytes(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position; positions count from the start of the window."""
        position = self._file.seek(offset + self._start if whence == io.SEEK_SET else offset, whence)
        return max(0, position - self._start)

    def tell(self) -> int:
        """Current position, counted from the start of the window."""
        return self._file.tell() - self._start


def deny(_url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    """Refuse to open another file for a demuxer.

    Raises:
        PermissionError: always.
    """
    raise PermissionError("a track may not open other files")
