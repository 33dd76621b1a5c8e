"""Export of a registry to files, import into a second registry, and the same import again.

`python -m benchmarks.moving [--count N]` prints the seconds of each command and the CPU time per
schema of the command, of the registries, and of their databases.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import machine
from benchmarks.registry_server import PROGRAM, Server, database, serving
from benchmarks.registry_store import fill

COUNT = 10_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    count = parser.parse_args().count
    table = Table(title=f"{count:,} schemas of 12 fields on {machine.name()}")
    for column in ("command", "seconds", "CPU ms per schema: command", "registries", "databases"):
        table.add_column(column, justify="left" if column == "command" else "right")
    with (
        database() as old,
        database() as new,
        tempfile.TemporaryDirectory() as folder,
        serving(old) as origin,
        serving(new) as target,
    ):
        fill(old.url, count)
        servers, databases = (origin.pid, target.pid), (old.pid, new.pid)
        copy = ["registry", "import", "--from", origin.url]
        for name, arguments, at in (
            ("registry export", ["registry", "export", f"{folder}/exported"], origin),
            ("registry import", copy, target),
            ("the same import again", copy, target),
        ):
            table.add_row(name, *_figures(arguments, at, servers, databases, count))
        _compare(origin, target, count)
    Console().print(table)


def _figures(
    arguments: list[str], at: Server, servers: tuple[int, ...], databases: tuple[int, ...], count: int
) -> list[str]:
    """Run a command; return its seconds, and the CPU milliseconds for each schema."""
    cpu = [_cpu(servers), _cpu(databases)]
    own = _children()
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, str(PROGRAM), *arguments],
        env={**os.environ, "SLUICEGATE_URL": at.url},  # noqa: TID251 - handed on to the child as it is
        stdout=subprocess.DEVNULL,
        check=True,
    )
    seconds = time.perf_counter() - begun
    used = [_children() - own, _cpu(servers) - cpu[0], _cpu(databases) - cpu[1]]
    return [f"{seconds:.1f}", *(f"{part * 1000 / count:.2f}" for part in used)]


def _cpu(pids: tuple[int, ...]) -> float:
    return sum(machine.tree_cpu_seconds(pid) for pid in pids)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _compare(origin: Server, target: Server, count: int) -> None:
    """End the run if the second registry lacks a schema: a fast copy that loses is none."""
    with tempfile.TemporaryDirectory() as folder:
        exported = []
        for server in (origin, target):
            place = Path(folder) / str(server.pid)
            subprocess.run(
                [sys.executable, str(PROGRAM), "registry", "export", str(place), "--registry", server.url],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            exported.append({file.relative_to(place): file.read_bytes() for file in place.rglob("*") if file.is_file()})
    if exported[0] != exported[1] or len(exported[0]) < count:
        raise SystemExit(
            f"benchmarks: the copy differs from the origin ({len(exported[0])} and {len(exported[1])} files)"
        )


if __name__ == "__main__":
    main()
