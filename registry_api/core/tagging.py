"""Tags in schemas' texts: reading and changing them."""

from collections.abc import Callable, Collection
from dataclasses import replace

from sluicegate.registry_api.core.commands import Draft
from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.model import Version
from sluicegate.registry_api.core.subject_errors import DraftInvalid
from sluicegate.shared.errors import EntityUnknown, SchemaError, SluicegateError
from sluicegate.shared.formats.engine import FormatEngine, TagChange, Taggable, Tags, tagging
from sluicegate.shared.model import SchemaFormat

EVERY = "*"
"""All tags, in a search."""


class Tagging:
    """Reads and rewrites texts. Thread-safe. Rewriting takes no longer than reading."""

    def __init__(self, engine: Callable[[SchemaFormat], FormatEngine]) -> None:
        """Take the catalogue of engines."""
        self._engine = engine

    def found(self, version: Version, wanted: Collection[str]) -> Tags:
        """The entities of a version that have one of some tags, with all that they have.

        None in formats that know no tags.
        """
        if not wanted:
            return {}
        try:
            tags = self._tags(version.format, version.text)
        except SluicegateError:
            return {}  # registered without a check
        return {entity: names for entity, names in tags.items() if EVERY in wanted or not set(wanted).isdisjoint(names)}

    def retagged(self, draft: Draft, change: TagChange) -> Draft:
        """Return a draft with other tags.

        Raises `SchemaInvalid`, and `DraftInvalid` for a text that cannot have tags.
        """
        if not change:
            return draft
        if draft.text is None or not draft.text.strip():
            raise DraftInvalid("Empty schema")
        taggable = self._taggable(draft.format)
        if taggable is None:
            name = draft.format.value.upper()
            raise DraftInvalid(f"Tags in a schema of type {name} cannot be changed. Write them into its text")
        try:
            return replace(draft, text=taggable.retagged(draft.text, change))
        except SchemaError as error:
            raise SchemaInvalid(error.violations) from error
        except EntityUnknown as error:
            raise DraftInvalid(error.message) from error

    def handed_on(self, draft: Draft, newest: Version | None) -> Draft:
        """A draft that has the tags of the newest version, too.

        Raises as `retagged` does, for an entity that it does not have as well.
        """
        return draft if newest is None else self.retagged(draft, TagChange(self._tags(newest.format, newest.text)))

    def _tags(self, schema_format: SchemaFormat, text: str) -> Tags:
        taggable = self._taggable(schema_format)
        return {} if taggable is None else taggable.tags(text)

    def _taggable(self, schema_format: SchemaFormat) -> Taggable | None:
        return tagging(self._engine(schema_format))
