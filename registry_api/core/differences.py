"""The differences of two registered versions, with the verdict of each compatibility mode.

A mode is asked about these two versions alone, so a transitive mode says the same as its plain one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sluicegate.registry_api.core.comparisons import policy
from sluicegate.registry_api.core.compatibility import RULES
from sluicegate.registry_api.core.model import Direction, Incompatibility, Version
from sluicegate.registry_api.core.ports import Examiner, StoreReader
from sluicegate.registry_api.core.references import References
from sluicegate.registry_api.core.scopes import Config
from sluicegate.shared.model import CompatibilityMode, Finding

FORMAT_CHANGED: Final = "FORMAT_CHANGED"


@dataclass(frozen=True, slots=True)
class VersionDifferences:
    """Changes from an old version to a new one.

    `added` and `removed` are properties. `breaking` has the reasons why one cannot read all data of
    the other.
    """

    old: Version
    new: Version
    added: tuple[str, ...]
    removed: tuple[str, ...]
    breaking: tuple[Incompatibility, ...]

    @property
    def verdicts(self) -> Mapping[CompatibilityMode, bool]:
        """Return for each mode whether it would accept the new version after the old one."""
        broken = {each.direction for each in self.breaking}
        return {mode: broken.isdisjoint(RULES[mode].directions) for mode in CompatibilityMode}


class Differences:
    """Compares registered versions. Thread-safe."""

    def __init__(self, reader: StoreReader, examiner: Examiner, defaults: Config) -> None:
        """Take the ports, and the settings that hold where no scope says otherwise."""
        self._reader = reader
        self._examiner = examiner
        self._defaults = defaults

    def between(self, old: Version, new: Version) -> VersionDifferences:
        """Compare two versions of a schema, in the policy of its settings."""
        before, after = set(old.attributes), set(new.attributes)
        added, removed = tuple(sorted(after - before)), tuple(sorted(before - after))
        return VersionDifferences(old, new, added, removed, tuple(self._breaking(old, new)))

    def _breaking(self, old: Version, new: Version) -> Sequence[Incompatibility]:
        if old.format is not new.format:
            change = f"The format changed from {old.format.value} to {new.format.value}"
            finding = Finding(FORMAT_CHANGED, "", change, "Register the new format under another name")
            return [Incompatibility(old.number, direction, finding) for direction in Direction]
        references = References(self._reader.versions)
        (candidate,), history = references.registered([new]), references.registered([old])
        config = self._reader.state(new.schema_id).scopes.config(self._defaults)
        return self._examiner.incompatibilities(
            new.format, CompatibilityMode.FULL, candidate.source, history, policy(config)
        )
