"""Payloads checked immediately, delegated ones, and those after a sign of life."""

import pytest

from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.model import Violation
from sluicegate.validator.model import VALID, Code, Invalid, Retry, Unprocessable, Verdict
from sluicegate.validator.pipeline.check import Check, quick
from sluicegate.validator.pipeline.limited import AT_ONCE, SOON, PayloadSizes, Subject, sizes
from tests.fakes.validator import stored

HERE = Violation("", "here", "Explained on the spot")
THERE = Violation("", "there", "Explained elsewhere")


class Steps:
    """So many bytes at once, and so many soon."""

    def __init__(self, at_once: int, soon: int) -> None:
        self._sizes = {AT_ONCE: at_once, SOON: soon}

    def bytes_within(self, seconds: float) -> int:
        return self._sizes[seconds]


class Validator:
    """Takes payloads of `y` alone."""

    def __init__(self, verdict: Steps, reasons: Steps) -> None:
        self._effort = Effort(verdict, reasons)
        self.done: list[str] = []

    def accepts(self, payload: bytes) -> bool:
        self.done.append("accepts")
        return not payload.strip(b"y")

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        self.done.append("explain")
        return Rejection(Fault.INVALID, (HERE,)) if payload.strip(b"y") else None

    def effort(self) -> Effort:
        return self._effort

    def public_path(self, path: str) -> str:
        return path


class Elsewhere:
    """A `LimitedChecker` that records its calls."""

    def __init__(self, done: list[str]) -> None:
        self._done = done

    def beat(self) -> None:
        self._done.append("beat")

    def verdict(self, subject: Subject, payload: bytes) -> Verdict:
        self._done.append("verdict")
        return Invalid(Code.PAYLOAD_INVALID, (THERE,)) if payload.strip(b"y") else VALID

    def reasons(self, subject: Subject, payload: bytes) -> Invalid | Retry:
        self._done.append("reasons")
        return Invalid(Code.PAYLOAD_INVALID, (THERE,))

    def compiles(self, subject: Subject) -> Unprocessable | Retry | None:
        self._done.append("compiles")
        return None


def test_a_cautious_check_decides_nothing_in_its_own_process() -> None:
    validator = Validator(Steps(10, 30), Steps(7, 20))
    check = Check(validator, Subject(stored()), Elsewhere(validator.done), cautious=True)
    for payload in (b"", b"y", b"n"):
        most, _ = quick(check)
        assert len(payload) > most
        assert not check.accepts(payload)
        check.verdict(payload)
    assert validator.done == ["beat", "verdict"] * 3


def judged(payload: bytes, verdict: Steps, reasons: Steps) -> tuple[Verdict, list[str]]:
    """Return the verdict, and the steps to it."""
    validator = Validator(verdict, reasons)
    check = Check(validator, Subject(stored()), Elsewhere(validator.done))
    most, accepts = quick(check)
    if len(payload) <= most and accepts(payload):
        assert check.accepts(payload)
        return VALID, ["accepts"]
    assert not check.accepts(payload)
    validator.done.clear()
    return check.verdict(payload), validator.done


@pytest.mark.parametrize(
    ("size", "good", "bad"),
    [
        (5, ["accepts"], ["explain"]),
        (9, ["accepts"], ["beat", "explain"]),
        (15, ["beat", "explain"], ["beat", "explain"]),
        (25, ["beat", "accepts"], ["beat", "accepts", "reasons"]),
        (35, ["beat", "verdict"], ["beat", "verdict"]),
    ],
)
def test_what_is_done_depends_on_the_size(size: int, good: list[str], bad: list[str]) -> None:
    verdict, reasons = Steps(10, 30), Steps(7, 20)
    assert judged(b"y" * size, verdict, reasons) == (VALID, good)
    found, done = judged(b"n" * size, verdict, reasons)
    assert done == bad
    assert found == Invalid(Code.PAYLOAD_INVALID, (HERE if done[-1] == "explain" else THERE,))


def test_what_is_endless_is_never_checked_on_the_spot() -> None:
    assert judged(b"", Steps(-1, -1), Steps(-1, -1)) == (VALID, ["beat", "verdict"])


def test_reasons_are_never_sought_where_the_verdict_is_not() -> None:
    assert sizes(Effort(Steps(1, 2), Steps(5, 9))) == PayloadSizes(at_once=1, soon=2, explained=2, quiet=1)


def test_without_anybody_elsewhere_everything_is_decided_on_the_spot() -> None:
    check = Check(Validator(Steps(1, 2), Steps(1, 2)), Subject(stored()), None)
    assert check.accepts(b"y" * 100)
    assert check.verdict(b"n" * 100) == Invalid(Code.PAYLOAD_INVALID, (HERE,))
