"""Reading all that a registry holds.

Versions come in pages; settings have no listing in Confluent's API, so they are asked for by
subject, by some threads. A registry without a listing of versions is asked for them by subject,
too.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from sluicegate.shared.console.transfer.client import SubjectsClient
from sluicegate.shared.console.transfer.model import Holdings, MovedVersion, Place, ScopeState

_DEFAULT, _EVERYTHING = "", ":.__GLOBAL:"
_NOTHING = ScopeState()
_THREADS: Final = 8
Track = Callable[[Iterable[str], str], Iterable[str]]
"""Passes subjects on, and shows how far it is."""


def holdings(client: SubjectsClient, track: Track, said: str) -> Holdings:
    """Read everything: all versions of all subjects, deleted ones too, and all settings."""
    subjects = client.subjects()
    versions = _listed(client)
    named = {place.subject for place in versions}
    scopes: dict[str, ScopeState] = {}
    for scope in (_DEFAULT, _EVERYTHING, *(f":{name}:" for name in client.contexts() if name != ".")):
        scopes[scope] = client.scope(scope)
    with ThreadPoolExecutor(_THREADS) as threads:
        states = threads.map(client.scope, subjects)
        for subject in track(subjects, said):
            scopes[subject] = next(states)
            if subject not in named:
                versions.update((each.place, each) for each in _of(client, subject))
    return Holdings(versions, {scope: state for scope, state in scopes.items() if state != _NOTHING})


def _listed(client: SubjectsClient) -> dict[Place, MovedVersion]:
    """Return the versions in the registry's listing, deleted ones marked."""
    every = {each.place: each for page in client.listed(deleted=True) for each in page}
    active = {each.place for page in client.listed(deleted=False) for each in page}
    return {place: each if place in active else replace(each, deleted=True) for place, each in every.items()}


def _of(client: SubjectsClient, subject: str) -> Iterator[MovedVersion]:
    """Yield the versions of one subject."""
    there = set(client.numbers(subject, deleted=False))
    for number in client.numbers(subject, deleted=True):
        yield client.version(Place(subject, number), deleted=number not in there)
