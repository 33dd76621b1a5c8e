"""Reading all that a registry holds."""

from collections.abc import Callable, Iterable

from sluicegate.shared.console.transfer.client import SubjectsClient
from sluicegate.shared.console.transfer.model import Holdings, MovedVersion, Place, ScopeState

_DEFAULT, _EVERYTHING = "", ":.__GLOBAL:"
_NOTHING = ScopeState()
Track = Callable[[Iterable[str], str], Iterable[str]]
"""Passes subjects on, and shows how far it is."""


def holdings(client: SubjectsClient, track: Track, said: str) -> Holdings:
    """Read everything: all versions of all subjects, deleted ones too, and all settings."""
    subjects = client.subjects()
    versions: dict[Place, MovedVersion] = {}
    scopes: dict[str, ScopeState] = {}
    for scope in (_DEFAULT, _EVERYTHING, *(f":{name}:" for name in client.contexts() if name != ".")):
        scopes[scope] = client.scope(scope)
    for subject in track(subjects, said):
        scopes[subject] = client.scope(subject)
        there = set(client.numbers(subject, deleted=False))
        for number in client.numbers(subject, deleted=True):
            place = Place(subject, number)
            versions[place] = client.version(place, deleted=number not in there)
    return Holdings(versions, {scope: state for scope, state in scopes.items() if state != _NOTHING})
