"""Yardsticks of the worker: processes that forward messages from one topic to two others."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

C_LOOP = Path(__file__).with_name("bare_loop.c")
_PYTHON = (sys.executable, "-m", "benchmarks.bare_loop")


@dataclass(frozen=True, slots=True)
class Carried:
    """Result of a loop after its warm-up."""

    messages: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Loop:
    """A yardstick: the command that runs it."""

    command: Sequence[str]

    def run(self, bootstrap: str, topics: Sequence[str], count: int) -> Carried:
        """Carry so many messages from the first topic to the others."""
        command = [*self.command, bootstrap, *topics, str(count)]
        return Carried(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


class Loops:
    """All loops. `folder` has their files."""

    def __init__(self, folder: Path) -> None:
        """The one in C is compiled here, and is missing where there is no compiler."""
        self._folder = folder
        self.bare, self.leanest = Loop((*_PYTHON, "bare")), Loop((*_PYTHON, "leanest"))
        compiler = shutil.which("cc")
        if compiler is None:
            print("There is no C compiler (cc): the loop in C is left out.", file=sys.stderr)
        self.in_c = None if compiler is None else Loop((str(_compiled(compiler, folder)),))

    def checking(self, schema: str) -> Loop:
        """The one that checks payloads by a JSON schema."""
        file = self._folder / "schema.json"
        file.write_text(schema)
        return Loop((*_PYTHON, "checking", "--schema", str(file)))


def _compiled(compiler: str, folder: Path) -> Path:
    """The loop in C, linked to the very library that confluent-kafka uses."""
    package = find_spec("confluent_kafka")
    assert package is not None
    assert package.origin is not None
    library = next((Path(package.origin).parents[1] / "confluent_kafka.libs").glob("librdkafka-*.so*"))
    program = folder / "bare_loop"
    link = [str(library), f"-Wl,-rpath,{library.parent}"]
    subprocess.run([compiler, "-O2", "-o", str(program), str(C_LOOP), *link], check=True)
    return program
