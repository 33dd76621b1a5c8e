"""Files of a zip, read in memory within limits.

Nothing is extracted, and names in the zip are never used as paths.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from sluicegate.shared.console.errors import InputUnusable

FILES, FILE_BYTES, ALL_BYTES = 1_000_000, 16 * 2**20, 2 * 2**30
"""Maximum of files, bytes of a file, and bytes of all files, unpacked.

An export of Apicurio with 100,000 versions has 400,000 small files.
"""

_UNREADABLE: Final = (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
"""Errors of `zipfile` for damaged or encrypted files, or unknown packings."""


class Archive:
    """The files of a zip by name. Raises `InputUnusable` for unreadable or too large files."""

    def __init__(self, path: Path, packed: ZipFile) -> None:
        """Use an open zip, and check its table of contents."""
        self._path = path
        self._packed = packed
        found = packed.infolist()
        self._sizes = {each.filename: each.file_size for each in found}
        if len(found) > FILES or sum(each.file_size for each in found) > ALL_BYTES:
            raise InputUnusable(f"{path} holds more than {FILES} files, or more than {ALL_BYTES} bytes unpacked.")

    @property
    def names(self) -> tuple[str, ...]:
        """The files."""
        return tuple(self._sizes)

    def read(self, name: str) -> bytes:
        """One file. No more is unpacked than the table of contents says that it has."""
        size = self._sizes.get(name)
        if size is None:
            raise InputUnusable(f"{self._path} lacks the file {name}.")
        if size > FILE_BYTES:
            raise InputUnusable(f"{name} in {self._path} has {size} bytes unpacked; {FILE_BYTES} is the most.")
        try:
            return self._packed.read(name)
        except _UNREADABLE as error:
            raise InputUnusable(f"{name} in {self._path} cannot be read: {error}") from error


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A zip. Raises `InputUnusable` when it is none."""
    try:
        packed = ZipFile(path)
    except _UNREADABLE as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputUnusable(f"{path} cannot be read as a zip: {reason}") from error
    with packed:
        yield Archive(path, packed)
