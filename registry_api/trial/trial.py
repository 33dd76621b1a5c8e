"""A trial, as it goes on in a process that may be ended: the engines' own judgement, and then the schema put to use."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, cast

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.model import Content, Incompatibility, NumberedSource
from sluicegate.shared.errors import SchemaError, SchemaUnusable, SchemaWithoutPayloads
from sluicegate.shared.formats.catalog import FORMATS
from sluicegate.shared.formats.division import Divisible
from sluicegate.shared.formats.engine import FormatEngine, SchemaSource
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode, Violation

_REMEMBERED = 4  # a text is parsed to be judged, to be compiled, to be compared, and to be compared with the next one


class TryingExaminer:
    """`Examiner` by the engines, that also compiles each schema and lets it check a few payloads.

    Bounded only from the outside.
    """

    def __init__(self, engine: Callable[[SchemaFormat], FormatEngine]) -> None:
        """Take the catalogue of engines."""
        self._engine = cache(lambda schema_format: _remembering(engine(schema_format)))
        self._examiner = EngineExaminer(self._engine)

    def content(self, schema_format: SchemaFormat, source: SchemaSource, validity: ValidityMode) -> Content:
        """See `Examiner`. With full checks, a text without a usable validator is refused."""
        content = self._examiner.content(schema_format, source, validity)
        if validity is not ValidityMode.NONE:
            self._try(self._engine(schema_format), source, validity)
        return content

    def divisible(self, schema_format: SchemaFormat) -> Divisible | None:
        """See `Examiner`."""
        return self._examiner.divisible(schema_format)

    def incompatibilities(
        self,
        schema_format: SchemaFormat,
        mode: CompatibilityMode,
        candidate: SchemaSource,
        history: Sequence[NumberedSource],
        policy: Policy | None = None,
    ) -> tuple[Incompatibility, ...]:
        """See `Examiner`."""
        return self._examiner.incompatibilities(schema_format, mode, candidate, history, policy)

    def _try(self, engine: FormatEngine, source: SchemaSource, validity: ValidityMode) -> None:
        try:
            validator = engine.compile(engine.parse(source))
        except SchemaWithoutPayloads:
            return  # other schemas import it
        except SchemaUnusable as error:
            if validity is ValidityMode.FULL:
                raise SchemaInvalid(_reasons(error)) from error
            return
        for payload in FORMATS[engine.format].payloads:
            if not validator.accepts(payload):
                validator.explain(payload, 1)


def _reasons(error: SchemaError) -> tuple[Violation, ...]:
    return error.violations or (Violation("", "unusable", error.message),)


def _remembering(engine: FormatEngine) -> FormatEngine:
    return cast("FormatEngine", _Remembering(engine))


class _Remembering:
    """A format engine that parses the same text once. It has all capabilities of the engine."""

    def __init__(self, engine: FormatEngine) -> None:
        self._engine = engine
        self.parse: Callable[[SchemaSource], Any] = lru_cache(_REMEMBERED)(engine.parse)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)
