"""Long histories: each question is about a part of one, and has the whole limits to itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from sluicegate.registry_api.core.model import Direction, Incompatibility, NumberedSource
from sluicegate.registry_api.trial import messages
from sluicegate.registry_api.trial.examiner import MAX_PART_CHARACTERS, MAX_PART_VERSIONS, TrialExaminer
from sluicegate.registry_api.trial.messages import COMPARISON_WEIGHT, Compare, Compared
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import CompatibilityMode, Finding, SchemaFormat, VersionNumber
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.sandbox.pool import ProcessPool
from sluicegate.shared.sandbox.process import Sandbox


class FakePool:
    """One process that finds the versions in `against` incompatible, and records its calls."""

    def __init__(self, against: tuple[int, ...] = ()) -> None:
        self.against = against
        self.asked: list[list[int]] = []

    @contextmanager
    def lent(self) -> Iterator["FakePool"]:
        yield self

    def await_ready(self) -> None:
        """It is."""

    def ask(self, data: bytes, _: Callable[[bytes], Any], *, weight: float) -> Compared:
        assert weight == COMPARISON_WEIGHT
        question = messages.question(data)
        assert isinstance(question, Compare)
        numbers = [int(version.number) for version in question.history]
        self.asked.append(numbers)
        finding = Finding("code", "/path", "change", "remedy")
        return Compared(
            tuple(
                Incompatibility(VersionNumber(number), Direction.BACKWARD, finding)
                for number in numbers
                if number in self.against
            )
        )


def compared(pool: FakePool, texts: list[str], mode: CompatibilityMode) -> list[int]:
    """Return the versions that stand against a schema, whose history has these texts, newest first."""
    history = [NumberedSource(VersionNumber(len(texts) - at), SchemaSource(text)) for at, text in enumerate(texts)]
    examiner = TrialExaminer(cast("ProcessPool[Sandbox]", pool), Limits())
    found = examiner.incompatibilities(SchemaFormat.JSON, mode, SchemaSource("{}"), history)
    return [int(each.number) for each in found]


@pytest.mark.parametrize("count", [1, MAX_PART_VERSIONS, MAX_PART_VERSIONS + 1, 1_368])
def test_history_is_compared_in_parts(count: int) -> None:
    pool = FakePool()
    assert compared(pool, ["{}"] * count, CompatibilityMode.FULL_TRANSITIVE) == []
    assert [number for part in pool.asked for number in part] == list(range(count, 0, -1))
    assert max(map(len, pool.asked)) <= MAX_PART_VERSIONS


def test_large_versions_are_compared_one_by_one() -> None:
    pool = FakePool()
    large, small = "x" * MAX_PART_CHARACTERS, "{}"
    compared(pool, [small, large, large, small, small], CompatibilityMode.BACKWARD_TRANSITIVE)
    assert pool.asked == [[5], [4], [3], [2, 1]]


def test_comparison_stops_at_the_first_part_with_incompatibilities() -> None:
    pool = FakePool(against=(1_000, 990, 3))
    assert compared(pool, ["{}"] * 1_000, CompatibilityMode.BACKWARD_TRANSITIVE) == [1_000, 990]
    assert len(pool.asked) == 1


def test_last_version_alone_is_compared_without_a_transitive_mode() -> None:
    pool = FakePool()
    compared(pool, ["{}"] * 1_000, CompatibilityMode.BACKWARD)
    assert pool.asked == [[1_000]]
