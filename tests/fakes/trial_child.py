"""A trial process with hostile engines: `python -m tests.fakes.trial_child`.

Arguments: those of `Sandbox`. A text of one word selects the behaviour; any other is a schema of
`LineEngine`.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from sluicegate.registry_api.trial.child import main
from sluicegate.shared.errors import CompilerUnavailable
from sluicegate.shared.formats.effort import Effort, Linear
from sluicegate.shared.formats.engine import FormatEngine, PayloadValidator, SchemaSource
from sluicegate.shared.model import SchemaFormat
from tests.fakes.schema_engine import Fields, LineEngine

_kept: list[bytes] = []


def _spin() -> None:
    while True:
        pass


def _work() -> None:
    """Take twice the processor time of `QUICK` limits, and less than a comparison may take."""
    until = time.process_time() + 0.4
    while time.process_time() < until:
        pass


def _spin_in_c() -> None:
    pow(7, 10**9)  # one call that never looks at signals


def _crash() -> None:
    ctypes.string_at(0)


def _grow() -> None:
    while True:
        _kept.append(bytes(16 * 1024 * 1024))


def _swell() -> None:
    _kept.append(bytes(100 * 1024 * 1024))


def _sleep() -> None:
    Event().wait()


def _babble() -> None:
    os.write(sys.stdin.fileno(), b"\0\0\0\3abc")


def _flood() -> None:
    os.write(sys.stdin.fileno(), b"\xff\xff\xff\xff")


def _leave() -> None:
    os._exit(0)


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _killed_once() -> None:
    try:
        Path(killed_once_mark(os.getppid())).mkdir()
    except FileExistsError:
        return
    _killed()


def killed_once_mark(parent: int) -> str:
    """The folder that a trial process leaves behind when it is killed, and the next one finds."""
    return str(Path(tempfile.gettempdir()) / f"killed-once-{parent}")


def _fault() -> None:
    raise KeyError("an engine's own fault")


def _unavailable() -> None:
    raise CompilerUnavailable("no compiler")


def _recurse() -> None:
    _recurse()


def _connect() -> None:
    with socket.socket() as end:
        end.connect(("127.0.0.1", 9))


def _write() -> None:
    with tempfile.TemporaryFile() as file:
        file.truncate(1024 * 1024 * 1024)


def _environment() -> None:
    raise KeyError(sorted(os.environ))  # noqa: TID251 - what there is to see


def _shell() -> None:
    subprocess.run(["/bin/true"], check=True)


DEEDS: Mapping[str, Callable[[], None]] = {
    each.__name__.removeprefix("_").replace("_", "-"): each
    for each in (
        *(
            _spin,
            _work,
            _spin_in_c,
            _crash,
            _grow,
            _swell,
            _sleep,
            _babble,
            _flood,
            _leave,
            _killed,
            _killed_once,
            _fault,
            _recurse,
            _unavailable,
        ),
        *(_connect, _write, _environment, _shell),
    )
}


class _Accepting:
    def effort(self) -> Effort:
        return Effort(Linear(1.0), Linear(1.0))

    def public_path(self, path: str) -> str:
        return path

    def accepts(self, _: bytes) -> bool:
        return True

    def explain(self, _: bytes, limit: int = 10) -> None:
        return None


class DeedEngine(LineEngine):
    """`LineEngine`, but for texts that are deeds."""

    def parse(self, source: SchemaSource) -> Fields:
        deed = DEEDS.get(source.text)
        if deed is None:
            return super().parse(source)
        deed()
        return {}

    def compile(self, schema: Fields) -> PayloadValidator:
        return _Accepting()


def engine(schema_format: SchemaFormat) -> FormatEngine:
    return DeedEngine(schema_format)


if __name__ == "__main__":
    main(sys.argv[1:], engine)
