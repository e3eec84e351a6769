"""What a demuxer is given to read: a part of one file, without a name, and no way to any other."""

import io
from typing import BinaryIO, NoReturn


class Window(io.RawIOBase):
    """A file without a name, seen from an offset on."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._start = start
        self._file.seek(start)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes from here on."""
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; places count from the start of the window."""
        position = self._file.seek(offset + self._start if whence == io.SEEK_SET else offset, whence)
        return max(0, position - self._start)

    def tell(self) -> int:
        """Where it is, from the start of the window."""
        return self._file.tell() - self._start


def deny(_url: str, _flags: int, _options: dict[str, str]) -> NoReturn:
    """What a demuxer gets that asks for another file."""
    raise PermissionError("a track may not open other files")
