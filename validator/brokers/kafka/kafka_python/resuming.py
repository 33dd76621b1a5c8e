"""Partitions that give again after a pause, also when several were paused with messages in memory.

kafka-python (seen in 3.0.12) puts aside the messages of a paused partition that its fetcher was
handing out, and takes them up again only while it hands out no other partition's. It then leaves
the exhausted ones of the first partition in that place, so a second partition's stay aside, and
nothing more is fetched for it: it gives nothing until the next pause, without a line in the log.
"""

from typing import Any

from kafka.consumer import group  # type: ignore[import-untyped]  # has no types
from kafka.consumer.fetcher import Fetcher  # type: ignore[import-untyped]  # has no types


class ResumingFetcher(Fetcher):  # type: ignore[misc]  # the base has no types
    """A fetcher that takes up again the messages of every partition that is not paused any more."""

    _next_partition_records: Any = None  # of the library; without it in a later version, this class does nothing

    def fetched_records(self, max_records: int | None = None, update_offsets: bool = True) -> Any:
        """Hand out messages, after the place of exhausted ones is free for those put aside."""
        if not self._next_partition_records:
            self._next_partition_records = None
        return super().fetched_records(max_records, update_offsets)


def resume() -> None:
    """Have the library fetch so. There is no setting for it."""
    group.Fetcher = ResumingFetcher
