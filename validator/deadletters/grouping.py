"""Like dead letters together: by code, schema and path."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sluicegate.validator.deadletters.letter import Letter


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """Dead letters that have the same code, schema, version and first path.

    `latest`: the one that was written last.
    """

    code: str
    schema: str
    version: str
    path: str
    count: int
    first: str
    latest: Letter


def grouped(letters: Iterable[Letter]) -> Sequence[LetterGroup]:
    """The groups, the largest first."""
    together: dict[tuple[str, str, str, str], list[Letter]] = {}
    for letter in letters:
        together.setdefault((letter.code, letter.schema, letter.version, letter.path), []).append(letter)
    groups = [_group(*key, members) for key, members in together.items()]
    return sorted(groups, key=lambda group: (-group.count, group.code, group.schema, group.version, group.path))


def _group(code: str, schema: str, version: str, path: str, members: Sequence[Letter]) -> LetterGroup:
    times = [letter.time for letter in members if letter.time]
    latest = max(members, key=lambda letter: letter.time)
    return LetterGroup(code, schema, version, path, len(members), min(times, default=""), latest)
