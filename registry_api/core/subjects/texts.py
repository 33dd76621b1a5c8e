"""The texts of versions that were read without them."""

from collections.abc import Sequence
from dataclasses import replace

from sluicegate.registry_api.core.model import Lookup, Version
from sluicegate.registry_api.core.subjects.identity import guid
from sluicegate.registry_api.core.subjects.model import SubjectVersion


def whole(versions: Sequence[SubjectVersion], lookup: Lookup) -> list[SubjectVersion]:
    """Versions with their texts, those that lack them read now. What is not there any more has none."""
    missing = [version.address for version in versions if not version.whole]
    found = {each.address: each for each in lookup(missing)} if missing else {}
    return [version if version.whole else _with_text(version, found.get(version.address)) for version in versions]


def _with_text(version: SubjectVersion, found: Version | None) -> SubjectVersion:
    text, artifact = ("", None) if found is None else (found.text, found.artifact)
    identity = version.guid if version.identified else guid(text, version.references, version.metadata, version.rules)
    return replace(version, text=text, artifact=artifact, guid=identity, whole=True)
