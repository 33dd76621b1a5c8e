"""Records whose header names are not UTF-8, at which kafka-python stops.

They arrive without headers, as in librdkafka.
"""

from typing import Any

from kafka.record import memory_records  # type: ignore[import-untyped]  # has no types
from kafka.record.default_records import DefaultRecord, DefaultRecordBatch  # type: ignore[import-untyped]  # has no types
from kafka.record.util import decode_varint  # type: ignore[import-untyped]  # has no types

from sluicegate.shared.logs import logger


class TolerantBatch(DefaultRecordBatch):  # type: ignore[misc]  # the base has no types
    """A batch in which a record with such headers stops nothing."""

    def _read_msg(self) -> Any:
        try:
            return super()._read_msg()
        except UnicodeDecodeError:
            logger().warning("a message's header names are not UTF-8; its headers are lost")
            return self._without_headers()

    _pos: int

    def _without_headers(self) -> Any:
        """Read the record at the present offset without its headers.

        Fields: length, attributes, time, offset, key, value.
        """
        length, start = decode_varint(self._buffer, self._pos)
        _, place = decode_varint(self._buffer, start)
        later, place = decode_varint(self._buffer, place)
        further, place = decode_varint(self._buffer, place)
        key, place = self._bytes(place)
        value, _ = self._bytes(place)
        self._pos = start + length
        appended = self.timestamp_type == self.LOG_APPEND_TIME
        time = self.max_timestamp if appended else self.first_timestamp + later
        return DefaultRecord(length, self.base_offset + further, time, self.timestamp_type, key, value, [])

    def _bytes(self, place: int) -> tuple[bytes | None, int]:
        length, place = decode_varint(self._buffer, place)
        return (None, place) if length < 0 else (bytes(self._buffer[place : place + length]), place + length)


def tolerate() -> None:
    """Have the library read batches so. There is no setting for it."""
    memory_records.DefaultRecordBatch = TolerantBatch
