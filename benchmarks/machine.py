"""The machine that a figure was measured on: a figure without it says nothing."""

import os
import platform
from pathlib import Path


def name() -> str:
    """One line: processor, cores that may be used, memory, kernel, Python."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{_processor()}, {cores} cores, {memory_bytes() / 2**30:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def memory_bytes() -> int:
    """All the memory that there is."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and its threads (Linux: proc(5), stat fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tree_cpu_seconds(pid: int, running: bytes = b"") -> float:
    """Return the CPU time of a process and its living descendants.

    With `running`, only of those with this text in their command.
    """
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
        own = cpu_seconds(pid) if running in Path(f"/proc/{pid}/cmdline").read_bytes() else 0.0
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return 0.0
    return own + sum(tree_cpu_seconds(child, running) for child in children)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())
