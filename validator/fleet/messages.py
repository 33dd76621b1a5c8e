"""Messages from a worker process to its parent over their pipe.

The parent's question is None, and so is the first greeting.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class State:
    """How a process is. `metrics` is in Prometheus' text format."""

    alive: bool
    ready: Mapping[str, bool]
    metrics: bytes


@dataclass(frozen=True, slots=True)
class MemberFailure:
    """Reason why a process cannot continue; it ends after this message."""

    detail: str
