"""Keeps the cache of answers true: what this process deletes is forgotten at once, what others delete when the feed tells."""

from registry_api.answers import AnswerCache
from registry_api.core.model import Caller, Check, NewSchema, NewVersion, Registration
from registry_api.core.ports import ChangeFeed, SchemaWriter
from shared.model import SchemaId, VersionNumber


def follow(feed: ChangeFeed, cache: AnswerCache) -> None:
    """Let a feed of changes rule a cache."""
    feed.subscribe(cache.evict, cache.on_gap, cache.on_live)


class EvictingWriter:
    """A `SchemaWriter` that forgets what it deletes before it says so: who deletes a version reads 404 next."""

    def __init__(self, writer: SchemaWriter, cache: AnswerCache) -> None:
        """Take the writer that does the work."""
        self._writer = writer
        self._cache = cache

    def create(self, new: NewSchema, caller: Caller) -> Registration:
        """Keep a new schema: nothing to forget."""
        return self._writer.create(new, caller)

    def add_version(self, new: NewVersion, check: Check, caller: Caller) -> Registration:
        """Keep a new version: the others stay as they are."""
        return self._writer.add_version(new, check, caller)

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """Deactivate every active version."""
        try:
            return self._writer.delete_schema(schema_id, caller)
        finally:
            self._cache.evict(schema_id)

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """Deactivate one version."""
        try:
            return self._writer.delete_version(schema_id, number, caller)
        finally:
            self._cache.evict(schema_id)
