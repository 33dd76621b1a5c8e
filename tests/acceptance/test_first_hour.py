"""Each step of docs/tutorials/first-hour.md works from a clone, and prints the lines that the page shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.tutorial import Course, Step, course, steps

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorials" / "first-hour.md"
STEPS = steps(PAGE.read_text(encoding="utf-8"))
SECONDS = 300.0

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

_NO_NETWORK = re.compile(r"npm (?:error|ERR!) (?:code )?(E\w+|network .*)")


class Newcomer:
    """Follows the page, and remembers the result of each step."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._results: list[str] = []
        """The fault of each step so far; nothing for a step that worked."""
        self.skipped: dict[int, str] = {}

    def fault(self, step: Step) -> str:
        """Carry out all steps to this one, if that was not done, and return the fault of this one."""
        for each in STEPS[len(self._results) : step.number + 1]:
            broken = next((number for number, fault in enumerate(self._results) if fault), None)
            self._results.append(self._tried(each) if broken is None else f"step {broken} failed")
        return self._results[step.number]

    def _tried(self, step: Step) -> str:
        missing = step.missing_program()
        if missing:
            self.skipped[step.number] = f"{missing} is not installed"
        before = STEPS[step.number - 1]
        if "the message of" in step.commands and before.number in self.skipped:
            self.skipped[step.number] = self.skipped[before.number]
        if step.number in self.skipped:
            return ""
        code, output = self._course.run(step, SECONDS)
        unreachable = _NO_NETWORK.search(output)
        if unreachable:
            self.skipped[step.number] = f"npm cannot install kafkajs: {unreachable[0]}"
            return ""
        line = step.missing_line(output)
        if code != step.exit_code:
            return f"exit code {code}\n{output}"
        return "" if line is None else f"the output has no line {line!r}\n{output}"


@pytest.fixture(scope="module")
def newcomer() -> Iterator[Newcomer]:
    with course(ROOT) as made:
        yield Newcomer(made)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.number:02}-{step.name}"[:60])
def test_step_works_as_the_page_shows(step: Step, newcomer: Newcomer) -> None:
    fault = newcomer.fault(step)
    if step.number in newcomer.skipped:
        pytest.skip(newcomer.skipped[step.number])
    assert not fault, f"{step.commands}\n{fault}"


def test_page_has_all_parts_of_a_first_hour() -> None:
    text = "\n".join(step.commands for step in STEPS)
    shown = (
        "git clone", "make quickstart", "schema register", "python send.py", "node send.cjs", "kcat -P",
        "exit code 1", "deadletters redrive", "registry import",
    )  # fmt: skip
    assert [part for part in shown if part not in text] == []
    assert sum(bool(step.expected) for step in STEPS) > len(STEPS) / 2
