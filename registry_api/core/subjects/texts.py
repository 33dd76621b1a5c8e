"""The texts of versions that were read without them."""

from collections.abc import Sequence
from dataclasses import replace

from registry_api.core.model import Lookup
from registry_api.core.subjects.identity import guid
from registry_api.core.subjects.model import SubjectVersion


def whole(versions: Sequence[SubjectVersion], lookup: Lookup) -> list[SubjectVersion]:
    """Versions with their texts, those that lack them read now. What is not there any more has none."""
    missing = [version.address for version in versions if not version.whole]
    texts = {found.address: found.text for found in lookup(missing)} if missing else {}
    return [version if version.whole else _with_text(version, texts.get(version.address, "")) for version in versions]


def _with_text(version: SubjectVersion, text: str) -> SubjectVersion:
    identity = version.guid if version.identified else guid(text, version.references, version.metadata, version.rules)
    return replace(version, text=text, guid=identity, whole=True)
