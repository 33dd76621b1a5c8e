"""Names of the folders of an export, for every file system.

Windows and macOS do not tell capitals apart, and Windows keeps names such as `CON` for devices and
drops dots and spaces at the end of a name.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

_LONGEST: Final = 200
_reserved = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])( *\..*)?", re.IGNORECASE).fullmatch


def folder_names(subjects: Iterable[str]) -> dict[str, str]:
    """Return a different folder for each subject, which a person recognizes.

    Subjects whose folders would differ in capitals only get a part of their hash each.
    """
    plain = {subject: _plain(subject) for subject in subjects}
    counts = Counter(name.casefold() for name in plain.values())
    return {
        subject: name if counts[name.casefold()] == 1 else f"{name}-{_hash(subject)[:8]}"
        for subject, name in plain.items()
    }


def _plain(subject: str) -> str:
    name = quote(subject, safe=" -_.")
    if not name:
        return "%"
    if name[0] == "." or _reserved(name):
        name = f"%{ord(name[0]):02X}{name[1:]}"
    if name[-1] in ". ":
        name = f"{name[:-1]}%{ord(name[-1]):02X}"
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}-{_hash(subject)[:16]}"


def _hash(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()
