"""Mode -> directions x history, once for all formats."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from sluicegate.registry_api.core.model import Direction, Incompatibility, NumberedSource
from sluicegate.shared.errors import SchemaError
from sluicegate.shared.formats.engine import FormatEngine, SchemaSource, parsed
from sluicegate.shared.model import CompatibilityMode, Finding, VersionNumber

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CompatibilityRule:
    """Which directions a mode looks in, and whether at all active versions or only the latest."""

    directions: tuple[Direction, ...]
    transitive: bool


_BACKWARD, _FORWARD = (Direction.BACKWARD,), (Direction.FORWARD,)
_FULL = _BACKWARD + _FORWARD

RULES: Mapping[CompatibilityMode, CompatibilityRule] = MappingProxyType(
    {
        CompatibilityMode.NONE: CompatibilityRule((), transitive=False),
        CompatibilityMode.BACKWARD: CompatibilityRule(_BACKWARD, transitive=False),
        CompatibilityMode.BACKWARD_TRANSITIVE: CompatibilityRule(_BACKWARD, transitive=True),
        CompatibilityMode.FORWARD: CompatibilityRule(_FORWARD, transitive=False),
        CompatibilityMode.FORWARD_TRANSITIVE: CompatibilityRule(_FORWARD, transitive=True),
        CompatibilityMode.FULL: CompatibilityRule(_FULL, transitive=False),
        CompatibilityMode.FULL_TRANSITIVE: CompatibilityRule(_FULL, transitive=True),
    }
)

TRANSITIVE: Mapping[CompatibilityMode, CompatibilityMode] = MappingProxyType(
    {
        mode: next(
            other
            for other, found in RULES.items()
            if found.directions == rule.directions and found.transitive is bool(rule.directions)
        )
        for mode, rule in RULES.items()
    }
)
"""Mode -> the mode that compares in the same directions with all versions."""


def looked_at(mode: CompatibilityMode, history: Sequence[T]) -> Sequence[T]:
    """Return the versions of a history (highest number first) that a mode compares with."""
    rule = RULES[mode]
    if not rule.directions:
        return ()
    return history if rule.transitive else history[:1]


def incompatibilities(
    engine: FormatEngine, mode: CompatibilityMode, candidate: SchemaSource, history: Sequence[NumberedSource]
) -> tuple[Incompatibility, ...]:
    """Return the incompatibilities of `candidate` with `history`.

    The history has active versions, highest number first.
    """
    rule = RULES[mode]
    versions = looked_at(mode, history)
    if not versions:
        return ()
    try:
        new = parsed(engine, candidate)
    except SchemaError as error:
        return (_unreadable(versions[0].number, "the new schema", error),)
    return tuple(found for version in versions for found in _against(engine, rule, new, version))


def _against(
    engine: FormatEngine, rule: CompatibilityRule, candidate: Any, version: NumberedSource
) -> Iterator[Incompatibility]:
    try:
        registered = parsed(engine, version.source)
    except SchemaError as error:
        yield _unreadable(version.number, f"version {version.number}", error)
        return
    for direction in rule.directions:
        backward = direction is Direction.BACKWARD
        reader, writer = (candidate, registered) if backward else (registered, candidate)
        for finding in engine.compare(reader, writer):
            yield Incompatibility(version.number, direction, finding)


def _unreadable(number: VersionNumber, which: str, error: SchemaError) -> Incompatibility:
    finding = Finding(
        code="schema_unreadable",
        path="",
        change=f"{which[0].upper()}{which[1:]} does not parse ({error.message}), so nothing can be said about its compatibility",
        remedy="Deactivate the version that does not parse, or register with compatibility NONE",
    )
    return Incompatibility(number, Direction.BACKWARD, finding)
