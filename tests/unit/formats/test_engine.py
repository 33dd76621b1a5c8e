"""The mark beside a text, and its effect on reading."""

from typing import Any

import pytest

from sluicegate.shared.formats.engine import LARGEST_ARTIFACT, FormatEngine, SchemaSource, artifact_of, parsed
from tests.fakes.schema_engine import CompilingLineEngine, LineEngine


class Wrapper:
    """A transparent wrapper without knowledge of the inner engine."""

    def __init__(self, engine: FormatEngine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


@pytest.fixture(params=[False, True])
def engine(request: pytest.FixtureRequest) -> Any:
    """An engine that compiles, bare and wrapped."""
    made = CompilingLineEngine()
    return Wrapper(made) if request.param else made


def test_what_an_engine_compiled_is_read_in_place_of_the_text(engine: Any) -> None:
    artifact = artifact_of(engine, engine.parse(SchemaSource("a:int")))
    assert parsed(engine, SchemaSource("nonsense", artifact=artifact)) == {"a": "int"}


@pytest.mark.parametrize("artifact", [None, b"", b"of another release"])
def test_without_an_artifact_that_fits_the_text_is_read(engine: Any, artifact: bytes | None) -> None:
    assert parsed(engine, SchemaSource("b:int", artifact=artifact)) == {"b": "int"}


def test_an_engine_that_compiles_nothing_keeps_nothing_and_ignores_artifacts() -> None:
    engine = LineEngine()
    assert artifact_of(engine, {"a": "int"}) is None
    assert parsed(engine, SchemaSource("b:int", artifact=b"compiled:a:int")) == {"b": "int"}


def test_an_artifact_that_is_too_large_is_not_kept(engine: Any) -> None:
    longest = LARGEST_ARTIFACT - len(b"compiled:a:")
    assert artifact_of(engine, {"a": "x" * longest}) is not None
    assert artifact_of(engine, {"a": "x" * (longest + 1)}) is None
