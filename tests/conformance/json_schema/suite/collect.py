"""Takes the required tests and the remote schemas out of a copy of the JSON-Schema-Test-Suite: one file a draft, one test a line.

`python -m tests.conformance.json_schema.suite.collect FOLDER`, where FOLDER holds `tests`, `remotes` and `LICENSE`.
"""

import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

HERE = Path(__file__).parent
DRAFTS = ("draft4", "draft6", "draft7", "draft2019-09", "draft2020-12")
BASE = "http://localhost:1234"
"""Under what the suite refers to its remote schemas."""

_SPACE = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')
_NEXT, _NEXT_LINE = '},{"description":', '},\n{"description":'


def main(suite: Path) -> None:
    for draft in DRAFTS:
        files = sorted((suite / "tests" / draft).glob("*.json"))
        _write(HERE / f"{draft}.json", {file.name: _small(file) for file in files})
    remotes = sorted((suite / "remotes").rglob("*.json"))
    names = {f"{BASE}/{file.relative_to(suite / 'remotes').as_posix()}": file for file in remotes if _ours(file)}
    _write(HERE / "remotes.json", {name: _small(file) for name, file in names.items()})
    shutil.copy(suite / "LICENSE", HERE / "LICENSE")


def _ours(remote: Path) -> bool:
    drafts = [part for part in remote.parts if part.startswith("draft")]
    return all(draft in DRAFTS for draft in drafts)


def _small(file: Path) -> str:
    """The text without the space between its tokens: numbers stay as they are written."""
    return _SPACE.sub(r"\1", file.read_text(encoding="utf-8"))


def _write(file: Path, members: Mapping[str, str]) -> None:
    file.write_text("{\n" + ",\n".join(_lines(members)) + "\n}\n", encoding="utf-8")


def _lines(members: Mapping[str, str]) -> Iterable[str]:
    for name, text in members.items():
        yield f'"{name}":{text.replace(_NEXT, _NEXT_LINE)}'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
