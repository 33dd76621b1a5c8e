"""Each `sluicegate` command in tutorials and how-to pages exists, with its options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.docs.pages import DOCS
from tests.docs.test_cli import GROUPS, commands, options

PAGES = sorted((*DOCS.glob("tutorials/*.md"), *DOCS.glob("how-to/*.md")))
COMMANDS = {path: command for group in GROUPS for path, command in commands(group).items()}

_BLOCK = re.compile(r"^```(?:bash|console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(sluicegate [^`]+)`")
_CALL = re.compile(r"^[ ]*(?:- |- run: |\$ )?sluicegate ([a-z][^|\n&]*)", re.MULTILINE)


def calls(page: str) -> Iterator[list[str]]:
    """Yield the words after `sluicegate` of each command on the page."""
    for text in (*_BLOCK.findall(page), *_INLINE.findall(page)):
        for call in _CALL.findall(re.sub(r"\\\n\s*|\n(?=`)", " ", re.sub(r"\s#.*", "", text))):
            if "..." not in call and not call.startswith("sluicegate"):
                yield shlex.split(" ".join(call.split()))


def found(words: list[str]) -> tuple[str, click.Command] | None:
    """Return the longest command that the words begin with."""
    paths = (" ".join(words[:end]) for end in range(len(words), 0, -1))
    return next(((path, COMMANDS[path]) for path in paths if path in COMMANDS), None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_of_page_exist(page: Path) -> None:
    for words in calls(page.read_text(encoding="utf-8")):
        command = found(words)
        assert command, f"no such command: sluicegate {' '.join(words)}"
        known = options(command[1]) | {"--help"}
        used = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert used - known == set(), f"sluicegate {' '.join(words)}"


def test_pages_show_commands() -> None:
    shown = {" ".join(words[:2]) for page in PAGES for words in calls(page.read_text(encoding="utf-8"))}
    assert {"schema check", "registry apply", "validator deadletters"} <= shown
