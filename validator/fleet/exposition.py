"""The metrics of several processes as those of one."""

from collections.abc import Iterable
from typing import Final

_COUNTING: Final = frozenset({b"counter", b"histogram"})
"""Kinds of metrics that only grow."""


def summed(expositions: Iterable[bytes]) -> bytes:
    """Return the sum, sample by sample, of texts in Prometheus' format.

    All of the validator's metrics can be added.
    """
    lines: dict[bytes, float | None] = {}
    for exposition in expositions:
        for line in exposition.splitlines():
            if not line or line.startswith(b"#"):
                lines.setdefault(line, None)
                continue
            name, _, value = line.rpartition(b" ")
            lines[name] = (lines.get(name) or 0.0) + float(value)
    return b"".join(_line(name, value) for name, value in lines.items())


def counting(exposition: bytes) -> bytes:
    """Return the counters and histograms of a text: they outlive their process."""
    kept: list[bytes] = []
    waiting: list[bytes] = []  # the help of a metric comes before its type
    counts = False
    for line in exposition.splitlines(keepends=True):
        if line.startswith(b"# TYPE "):
            counts = line.split()[-1] in _COUNTING
            kept += [*waiting, line] if counts else []
            waiting = []
        elif line.startswith(b"#"):
            waiting.append(line)
        elif counts:
            kept.append(line)
    return b"".join(kept)


def sample(exposition: bytes, name: bytes) -> float:
    """Return one sample of a text, with its labels in the name; 0 where there is none."""
    for line in exposition.splitlines():
        if line.startswith(name) and line[len(name) : len(name) + 1] == b" ":
            return float(line.rpartition(b" ")[2])
    return 0.0


def _line(name: bytes, value: float | None) -> bytes:
    return name + b"\n" if value is None else b"%s %r\n" % (name, value)
