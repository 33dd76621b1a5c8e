"""The metrics of several processes, as those of one."""

from collections.abc import Iterable


def summed(expositions: Iterable[bytes]) -> bytes:
    """Texts in Prometheus' format with the same metrics -> one, in which each sample is the sum. All of ours can be added up."""
    lines: dict[bytes, float | None] = {}
    for exposition in expositions:
        for line in exposition.splitlines():
            if not line or line.startswith(b"#"):
                lines.setdefault(line, None)
                continue
            name, _, value = line.rpartition(b" ")
            lines[name] = (lines.get(name) or 0.0) + float(value)
    return b"".join(_line(name, value) for name, value in lines.items())


def _line(name: bytes, value: float | None) -> bytes:
    return name + b"\n" if value is None else b"%s %r\n" % (name, value)
