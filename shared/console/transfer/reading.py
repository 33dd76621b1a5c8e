"""Reading all that a registry holds.

Versions come in pages, and Sluicegate lists settings, too. Confluent's API has no listing of
settings, so other registries are asked for those of each subject, by some threads. A registry
without a listing of versions is asked for them by subject, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from sluicegate.shared.console.transfer.client import SubjectsClient
from sluicegate.shared.console.transfer.model import Holdings, MovedVersion, Place, ScopeState
from sluicegate.shared.console.transfer.progress import Track

_DEFAULT, _EVERYTHING = "", ":.__GLOBAL:"
_NOTHING = ScopeState()
_THREADS: Final = 8


def holdings(client: SubjectsClient, track: Track, said: str) -> Holdings:
    """Read everything: all versions of all subjects, deleted ones too, and all settings."""
    subjects = client.subjects()
    versions = _listed(client, len(subjects), track, said)
    named = {place.subject for place in versions}
    for subject in track([each for each in subjects if each not in named], said):
        versions.update((each.place, each) for each in _of(client, subject))
    scopes = _scopes(client, subjects, track, said)
    return Holdings(versions, {scope: state for scope, state in scopes.items() if state != _NOTHING})


def _listed(client: SubjectsClient, subjects: int, track: Track, said: str) -> dict[Place, MovedVersion]:
    """Return the versions in the registry's listing, deleted ones marked."""
    every: dict[Place, MovedVersion] = {}
    marked = True

    def arriving() -> Iterator[str]:
        nonlocal marked
        seen: str | None = None
        for page in client.listed(deleted=True):
            marked = marked and page.marked
            for each in page.versions:
                every[each.place] = each
                if each.place.subject != seen:
                    seen = each.place.subject
                    yield seen

    for _ in track(arriving(), said, subjects):
        pass
    if marked:
        return every
    active = {each.place for page in client.listed(deleted=False) for each in page.versions}
    return {place: replace(each, deleted=place not in active) for place, each in every.items()}


def _scopes(client: SubjectsClient, subjects: Sequence[str], track: Track, said: str) -> Mapping[str, ScopeState]:
    """Return the settings of the registry, its contexts and subjects."""
    everywhere = {scope: client.scope(scope) for scope in (_DEFAULT, _EVERYTHING)}
    listed = client.settings()
    if listed is not None:
        return {**listed, **everywhere}
    contexts = [f":{name}:" for name in client.contexts() if name != "."]
    scopes = [*contexts, *subjects]
    with ThreadPoolExecutor(_THREADS) as threads:
        states = threads.map(client.scope, scopes)
        return everywhere | {scope: next(states) for scope in track(scopes, said)}


def _of(client: SubjectsClient, subject: str) -> Iterator[MovedVersion]:
    """Yield the versions of one subject."""
    there = set(client.numbers(subject, deleted=False))
    for number in client.numbers(subject, deleted=True):
        yield client.version(Place(subject, number), deleted=number not in there)
