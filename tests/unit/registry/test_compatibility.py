"""Mode -> directions x history, with an engine that records its calls."""

import pytest

from sluicegate.registry_api.core.compatibility import RULES, incompatibilities
from sluicegate.registry_api.core.model import Direction, Incompatibility, NumberedSource
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import CompatibilityMode, Finding, VersionNumber
from tests.fakes.schema_engine import Fields, LineEngine

NEW = "new:int"


class AskedEngine(LineEngine):
    """Refuses everything, and records the pairs."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []

    def compare(self, reader: Fields, writer: Fields) -> tuple[Finding, ...]:
        self.asked.append(("".join(reader), "".join(writer)))
        return (Finding("no", "path", "It differs", "Mend it"),)


def version(number: int, text: str) -> NumberedSource:
    return NumberedSource(VersionNumber(number), SchemaSource(text))


HISTORY = [version(3, "three:int"), version(1, "one:int")]
LATEST_BACK, FIRST_BACK = ("new", "three"), ("new", "one")
LATEST_FORTH, FIRST_FORTH = ("three", "new"), ("one", "new")


@pytest.mark.parametrize(
    ("mode", "asked"),
    [
        (CompatibilityMode.NONE, []),
        (CompatibilityMode.BACKWARD, [LATEST_BACK]),
        (CompatibilityMode.BACKWARD_TRANSITIVE, [LATEST_BACK, FIRST_BACK]),
        (CompatibilityMode.FORWARD, [LATEST_FORTH]),
        (CompatibilityMode.FORWARD_TRANSITIVE, [LATEST_FORTH, FIRST_FORTH]),
        (CompatibilityMode.FULL, [LATEST_BACK, LATEST_FORTH]),
        (CompatibilityMode.FULL_TRANSITIVE, [LATEST_BACK, LATEST_FORTH, FIRST_BACK, FIRST_FORTH]),
    ],
)
def test_a_mode_asks_who_reads_whom(mode: CompatibilityMode, asked: list[tuple[str, str]]) -> None:
    engine = AskedEngine()
    found = incompatibilities(engine, mode, SchemaSource(NEW), HISTORY)
    assert engine.asked == asked
    assert len(found) == len(asked)


def test_every_mode_has_a_rule() -> None:
    assert set(RULES) == set(CompatibilityMode)


def test_a_finding_names_version_and_direction() -> None:
    finding = Finding("no", "path", "It differs", "Mend it")
    assert incompatibilities(AskedEngine(), CompatibilityMode.FULL, SchemaSource(NEW), HISTORY) == (
        Incompatibility(VersionNumber(3), Direction.BACKWARD, finding),
        Incompatibility(VersionNumber(3), Direction.FORWARD, finding),
    )


def test_nothing_stands_against_the_first_version() -> None:
    assert incompatibilities(AskedEngine(), CompatibilityMode.FULL_TRANSITIVE, SchemaSource(NEW), []) == ()


def test_a_candidate_that_does_not_parse_is_one_finding() -> None:
    (found,) = incompatibilities(AskedEngine(), CompatibilityMode.FULL_TRANSITIVE, SchemaSource("nonsense"), HISTORY)
    assert (found.number, found.finding.code) == (3, "schema_unreadable")
    assert "The new schema does not parse" in found.finding.message


def test_a_registered_version_that_does_not_parse_is_one_finding_for_it() -> None:
    history = [version(3, "nonsense"), HISTORY[1]]
    found = incompatibilities(AskedEngine(), CompatibilityMode.BACKWARD_TRANSITIVE, SchemaSource(NEW), history)
    assert [(each.number, each.finding.code) for each in found] == [(3, "schema_unreadable"), (1, "no")]
    assert "Version 3 does not parse" in found[0].finding.message
