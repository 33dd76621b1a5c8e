"""The steps of a schema in a trial process."""

from typing import Self

import pytest

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.trial.trial import TryingExaminer
from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.effort import Effort, Linear
from sluicegate.shared.formats.engine import Capabilities, Fault, PayloadValidator, Rejection, SchemaSource
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode, Violation
from tests.fakes.schema_engine import Fields, LineEngine

ONE = SchemaSource("a:int")


class Recorder:
    """A validator that refuses everything, and records its payloads."""

    def __init__(self) -> None:
        self.accepted: list[bytes] = []
        self.explained: list[bytes] = []

    def effort(self) -> Effort:
        return Effort(Linear(1.0), Linear(1.0))

    def public_path(self, path: str) -> str:
        return path

    def accepts(self, payload: bytes) -> bool:
        self.accepted.append(payload)
        return payload == b"{}"

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        self.explained.append(payload)
        return Rejection(Fault.INVALID, (Violation("", "no", "no"),))


class TriedEngine(LineEngine):
    """`LineEngine` with a count of parsed texts; a type called `unusable` does not compile."""

    def __init__(self) -> None:
        super().__init__()
        self.parsed: list[str] = []
        self.recorder = Recorder()

    @classmethod
    def of(cls, _: SchemaFormat) -> Self:
        return cls()

    def parse(self, source: SchemaSource) -> Fields:
        self.parsed.append(source.text)
        return super().parse(source)

    def compile(self, schema: Fields) -> PayloadValidator:
        if "unusable" in schema.values():
            raise SchemaUnusable("it cannot be used")
        return self.recorder


class KeptEngine(TriedEngine):
    """One whose schemas are kept as it compiled them."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(precompiled=self)

    def compiled(self, schema: Fields) -> bytes:
        return b"kept"

    def from_compiled(self, compiled: bytes) -> Fields:
        return {}


@pytest.fixture
def engine() -> TriedEngine:
    return TriedEngine()


@pytest.fixture
def examiner(engine: TriedEngine) -> TryingExaminer:
    return TryingExaminer(lambda _: engine)


@pytest.mark.parametrize("mode", [ValidityMode.FULL, ValidityMode.SYNTAX_ONLY])
def test_every_payload_is_checked_and_explained(
    examiner: TryingExaminer, engine: TriedEngine, mode: ValidityMode
) -> None:
    examiner.content(SchemaFormat.JSON, ONE, mode)
    assert tuple(engine.recorder.accepted) == catalog.FORMATS[SchemaFormat.JSON].payloads
    assert set(engine.recorder.explained) == set(catalog.FORMATS[SchemaFormat.JSON].payloads) - {b"{}"}


def test_what_is_kept_unchecked_is_not_tried(examiner: TryingExaminer, engine: TriedEngine) -> None:
    examiner.content(SchemaFormat.JSON, ONE, ValidityMode.NONE)
    assert engine.recorder.accepted == []


def test_what_cannot_be_used_is_refused_when_everything_is_to_be_checked(examiner: TryingExaminer) -> None:
    unusable = SchemaSource("a:unusable")
    with pytest.raises(SchemaInvalid) as caught:
        examiner.content(SchemaFormat.JSON, unusable, ValidityMode.FULL)
    assert caught.value.violations == (Violation("", "unusable", "it cannot be used"),)
    assert examiner.content(SchemaFormat.JSON, unusable, ValidityMode.SYNTAX_ONLY).text == "a:unusable"


def test_a_text_is_parsed_once(examiner: TryingExaminer, engine: TriedEngine) -> None:
    examiner.content(SchemaFormat.JSON, ONE, ValidityMode.FULL)
    examiner.incompatibilities(SchemaFormat.JSON, CompatibilityMode.FULL, ONE, ())
    examiner.content(SchemaFormat.JSON, SchemaSource("b:int"), ValidityMode.FULL)
    assert engine.parsed == ["a:int", "b:int"]


def test_an_artifact_is_made_by_engines_that_make_one() -> None:
    kept, plain = (
        TryingExaminer(engine_of).content(SchemaFormat.JSON, ONE, ValidityMode.FULL).artifact
        for engine_of in (KeptEngine.of, TriedEngine.of)
    )
    assert (kept, plain) == (b"kept", None)


@pytest.mark.parametrize("schema_format", catalog.FORMATS)
def test_there_is_a_schema_and_there_are_payloads_for_every_format(schema_format: SchemaFormat) -> None:
    """A schema that warms its engine up is valid, and some payloads get past the first look."""
    source = SchemaSource(catalog.FORMATS[schema_format].example)
    assert TryingExaminer(catalog.engine).content(schema_format, source, ValidityMode.FULL)
    validator = catalog.engine(schema_format).compile(catalog.engine(schema_format).parse(source))
    rejections = [validator.explain(payload) for payload in catalog.FORMATS[schema_format].payloads]
    assert any(rejection is None or rejection.fault is Fault.INVALID for rejection in rejections)
