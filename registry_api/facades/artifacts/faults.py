"""Refusals of this facade's own, before the core is asked or in words of its own."""

from sluicegate.registry_api.core.errors import RegistryError
from sluicegate.shared.model import VersionNumber

_SHOWN = 100


class ArtifactMissing(RegistryError):
    """No artifact has an id, a global id or a content."""

    @classmethod
    def named(cls, artifact: str) -> "ArtifactMissing":
        """No artifact has this id."""
        return cls(f"No artifact with id '{_cut(artifact)}' could be found.")

    @classmethod
    def numbered(cls, global_id: str) -> "ArtifactMissing":
        """No artifact has this global id."""
        return cls(f"No artifact with global id '{_cut(global_id)}' could be found.")

    @classmethod
    def of_content(cls, artifact: str) -> "ArtifactMissing":
        """No version of the artifact has the content that was sent."""
        return cls(f"No version of the artifact with id '{_cut(artifact)}' has this content.")

    @classmethod
    def of_version(cls, artifact: str, version: VersionNumber | str) -> "ArtifactMissing":
        """The artifact has no such version."""
        return cls(f"No version '{_cut(str(version))}' of the artifact with id '{_cut(artifact)}' could be found.")


class ArtifactExists(RegistryError):
    """The id of a new artifact is taken."""

    def __init__(self, artifact: str) -> None:
        """Name the artifact."""
        super().__init__(f"An artifact with id '{_cut(artifact)}' already exists.")


class RequestUnusable(RegistryError):
    """A body, a header or a parameter is unreadable; the message names it and the readable values."""


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
