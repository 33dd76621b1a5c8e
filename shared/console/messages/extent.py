"""The records that a topic holds now: all of them, or the last ones.

Offsets are no numbers of records: a transaction's end takes one, and a compacted topic has gaps.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from sluicegate.shared.console.messages.kafka import KafkaRecord, KafkaTopics, PartitionEnd, RecordPlace

Bounds = Mapping[RecordPlace, tuple[int, int]]

_SILENCES: Final = 50
_WIDER: Final = 4


def held(broker: KafkaTopics, starts: Mapping[RecordPlace, int]) -> Iterator[KafkaRecord]:
    """Yield the records that there were at the first fetch.

    A silence of 10 seconds ends it too: the broker is gone.
    """
    unread, ends, silences = set(starts), dict[RecordPlace, int](), 0
    for found in broker.read(starts) if unread else ():
        silences = silences + 1 if found is None else 0
        if isinstance(found, PartitionEnd):
            unread.discard(found.place)
        elif found is not None:
            end = ends.setdefault(found.place, broker.known_end(found.place))
            if found.place in unread and found.offset < end:
                yield found
            if found.offset >= end - 1:
                unread.discard(found.place)
        if not unread or silences >= _SILENCES:
            return


def last_starts(broker: KafkaTopics, bounds: Bounds, count: int) -> Mapping[RecordPlace, int]:
    """Return the offset of the record from which on a partition has `count` records.

    Looks further back until there are enough.
    """
    if not count:
        return {place: end for place, (_, end) in bounds.items()}
    starts: dict[RecordPlace, int] = {}
    window = count
    while len(starts) < len(bounds):
        tried = {place: max(first, end - window) for place, (first, end) in bounds.items() if place not in starts}
        offsets = defaultdict[RecordPlace, deque[int]](partial(deque, maxlen=count))
        for record in held(broker, tried):
            offsets[record.place].append(record.offset)
        for place, start in tried.items():
            if len(offsets[place]) == count:
                starts[place] = offsets[place][0]
            elif start == bounds[place][0]:
                starts[place] = start
        window *= _WIDER
    return starts
