"""Planning: the ordered steps that make one registry equal to another one or to a folder."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final, Literal

from sluicegate.shared.console.transfer.circles import Circles
from sluicegate.shared.console.transfer.equality import same_settings, same_texts
from sluicegate.shared.console.transfer.model import Holdings, JsonObject, MovedVersion, Place, ScopeState

_NOTHING: Final = ScopeState()
_IMPORT: Final = "IMPORT"


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a subject, a context or the registry.

    Exactly one field is not None.
    """

    sign: str
    subject: str
    what: str
    version: MovedVersion | None = None
    bundle: tuple[MovedVersion, ...] | None = None
    deletion: Place | None = None
    deprecation: Place | None = None
    config: JsonObject | None = None
    mode: str | None = None
    forgets: Literal["config", "mode"] | None = None


@dataclass(frozen=True, slots=True)
class TransferPlan:
    """The steps, and the differences that cannot be removed."""

    steps: tuple[Step, ...]
    conflicts: tuple[str, ...]


def planned(wanted: Holdings, there: Holdings, *, prune: bool = False) -> TransferPlan:
    """Return the plan from `there` to `wanted`. `prune`: delete other content softly."""
    circles = Circles.of(wanted.versions)
    missing = [version for place, version in wanted.versions.items() if place not in there.versions]
    known = {place: version for place, version in wanted.versions.items() if place in there.versions}
    conflicts = tuple(
        f"{place.subject} version {place.number}: {'; '.join(found)}"
        for place, version in sorted(known.items())
        if (found := differences(version, there.versions[place], circles))
    )
    deleted = [
        version
        for place, version in wanted.versions.items()
        if version.deleted and not (place in there.versions and there.versions[place].deleted)
    ]
    beyond = [
        version
        for place, version in there.versions.items()
        if prune and place not in wanted.versions and not version.deleted
    ]
    scopes = _scopes(wanted, there, prune=prune)
    bundles = circles.bundles(missing)
    bundled = {version.place for each in bundles for version in each}
    alone = [version for version in missing if version.place not in bundled]
    registrations = (*map(_bundle, bundles), *_registrations(alone, there))
    imported = {step.subject for step in registrations if step.mode} | _left_importing(wanted, there)
    configs = tuple(_configs(wanted, there, scopes))
    # A version with an id is copied unchanged, before configurations that could change it; all
    # other versions follow them.
    first = any(version.global_id is None for version in missing)
    steps = (
        *(step for step in configs if first and not _redirects(step)),
        *registrations,
        *_deletions(deleted + beyond),
        *_deprecations(wanted, there),
        *(step for step in configs if not first or _redirects(step)),
        *_modes(wanted, there, scopes, imported),
    )
    return TransferPlan(steps, conflicts)


def _redirects(step: Step) -> bool:
    """Return whether a step creates an alias: earlier steps must change the subject itself."""
    return bool(step.config and step.config.get("alias"))


def _left_importing(wanted: Holdings, there: Holdings) -> set[str]:
    """Subjects that an import that was interrupted left in IMPORT mode."""
    return {subject for subject in wanted.subjects if there.scopes.get(subject, _NOTHING).mode == _IMPORT}


def _bundle(versions: tuple[MovedVersion, ...]) -> Step:
    names = ", ".join(version.place.subject for version in versions)
    return Step("+", versions[0].place.subject, f"register versions that refer to each other: {names}", bundle=versions)


def differences(wanted: MovedVersion, there: MovedVersion, circles: Circles) -> tuple[str, ...]:
    """Return the differences of two versions of one place."""
    found = []
    if wanted.global_id not in (None, there.global_id):
        found.append(f"id {there.global_id} instead of {wanted.global_id}")
    if wanted.kind != there.kind:
        found.append(f"type {there.kind} instead of {wanted.kind}")
    if not same_texts(wanted.text, there.text):
        found.append("another text")
    if not circles.same_needs(wanted, there):
        found.append("other references")
    if not same_settings(wanted.metadata, there.metadata):
        found.append("other metadata")
    if not same_settings(wanted.rules, there.rules):
        found.append("other rules")
    return tuple(found)


def in_order(versions: Iterable[MovedVersion]) -> list[MovedVersion]:
    """Versions by schema, subject and number, each after those that it refers to."""
    by_place = {
        version.place: version for version in sorted(versions, key=lambda each: (each.schema_id or 0, each.place))
    }
    sorter: TopologicalSorter[Place] = TopologicalSorter()
    before: Place | None = None
    for place, version in by_place.items():
        follows = [before] if before is not None and before.subject == place.subject else []
        sorter.add(place, *follows, *(need for need in version.needs if need in by_place))
        before = place
    try:
        return [by_place[place] for place in sorter.static_order()]
    except CycleError:  # the registry reports it
        return list(by_place.values())


def _registrations(missing: Iterable[MovedVersion], there: Holdings) -> Iterator[Step]:
    """Each version; a subject is put into IMPORT mode before the first one that brings its id."""
    importing = {subject for subject, state in there.scopes.items() if state.mode == _IMPORT}
    for version in in_order(missing):
        subject = version.place.subject
        if version.global_id is not None and subject not in importing:
            importing.add(subject)
            yield Step("~", subject, f"mode {_IMPORT} while it is imported", mode=_IMPORT)
        named = "" if version.global_id is None else f" with id {version.global_id}"
        yield Step("+", subject, f"register version {version.place.number}{named}", version=version)


def _deletions(versions: list[MovedVersion]) -> Iterator[Step]:
    """Yield the deletions: versions with references before the referenced ones."""
    for version in reversed(in_order(versions)):
        yield Step("-", version.place.subject, f"delete version {version.place.number} softly", deletion=version.place)


def _deprecations(wanted: Holdings, there: Holdings) -> Iterator[Step]:
    for place, version in sorted(wanted.versions.items()):
        if version.deprecated and not (place in there.versions and there.versions[place].deprecated):
            yield Step("~", place.subject, f"deprecate version {place.number}", deprecation=place)


def _scopes(wanted: Holdings, there: Holdings, *, prune: bool) -> list[str]:
    """The scopes that are to be as wanted: those that it names, and those of its subjects."""
    named = {*wanted.scopes, *wanted.subjects}
    return sorted(named | set(there.scopes) - {""} if prune else named)


def _configs(wanted: Holdings, there: Holdings, scopes: Iterable[str]) -> Iterator[Step]:
    for scope in scopes:
        config, now = wanted.scopes.get(scope, _NOTHING).config, there.scopes.get(scope, _NOTHING).config
        if same_settings(config, now):
            continue
        if config is None:
            yield Step("-", scope, "forget the configuration", forgets="config")
        else:
            changed = {
                key: config.get(key)
                for key in {*config, *(now or {})}
                if json.dumps(config.get(key), sort_keys=True) != json.dumps((now or {}).get(key), sort_keys=True)
            }
            said = ", ".join(
                f"{key} {_said((now or {}).get(key))} -> {_said(value)}" for key, value in sorted(changed.items())
            )
            yield Step("~", scope, f"configure {said}", config=changed)


def _modes(wanted: Holdings, there: Holdings, scopes: Iterable[str], imported: Collection[str]) -> Iterator[Step]:
    for scope in scopes:
        mode = wanted.scopes.get(scope, _NOTHING).mode
        now = _IMPORT if scope in imported else there.scopes.get(scope, _NOTHING).mode
        # the global scope always has a mode; a plan without one keeps it
        if mode == now or (mode is None and not scope):
            continue
        if mode is None:
            yield Step("-", scope, f"forget the mode {now}", forgets="mode")
        else:
            yield Step("~", scope, f"mode {now or 'of its own'} -> {mode}", mode=mode)


def _said(value: object) -> str:
    return "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, sort_keys=True)
