"""A message that came out of the validator."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShownArrival:
    """Where a message arrived, and all of it."""

    topic: str
    key: str
    headers: Mapping[str, str]
    payload: bytes

    @property
    def code(self) -> str | None:
        """Why it was dead-lettered, for programs; None when it was not."""
        return self.headers.get("deadLetterErrorCode")

    @property
    def reason(self) -> str:
        """Why it was dead-lettered, for people."""
        return self.headers.get("deadLetterErrorReason", "")
