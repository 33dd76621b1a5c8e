"""The keys of a quickstart: files that the registry and the validator read."""

import os
from dataclasses import dataclass
from pathlib import Path

from sluicegate.shared.key_text import new_key, parsed
from sluicegate.shared.quickstart.errors import DataDirUnusable, KeyUnusable
from sluicegate.shared.quickstart.folder import DataFolder


@dataclass(frozen=True, slots=True)
class Keys:
    """The files of both keys, and the manager's text."""

    manager: str
    manager_file: Path
    validator_file: Path


def kept_keys(folder: DataFolder) -> Keys:
    """Return the keys of a folder, made now if they are missing.

    Raises `DataDirUnusable` and `KeyUnusable`.
    """
    _kept(folder.validator_key)
    return Keys(_kept(folder.manager_key), folder.manager_key, folder.validator_key)


def _kept(file: Path) -> str:
    try:
        if not file.exists():
            _write(file, f"{new_key()}\n")
        text = file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        raise DataDirUnusable(file.parent, f"{file.name}: {error.strerror or error}") from error
    if parsed(text) is None:
        raise KeyUnusable(file)
    return text


def _write(file: Path, text: str) -> None:
    """Write a whole file or none, for this user alone: a killed run must not leave half a key."""
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)
    partial.replace(file)
