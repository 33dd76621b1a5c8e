"""What is asked about schema texts before anything is kept: by engines, in this process."""

from collections.abc import Callable, Sequence

from registry_api.core.compatibility import incompatibilities
from registry_api.core.errors import SchemaInvalid
from registry_api.core.model import Content, Incompatibility, NumberedSource
from shared.errors import SchemaSyntaxError
from shared.fingerprint import fingerprint
from shared.formats.engine import FormatEngine, SchemaSource, artifact_of
from shared.model import CompatibilityMode, SchemaFormat, ValidityMode


class EngineExaminer:
    """`Examiner` by calling the engines themselves: for texts that are trusted, and inside the processes that may be ended."""

    def __init__(self, engine: Callable[[SchemaFormat], FormatEngine]) -> None:
        """Take the catalogue of engines."""
        self._engine = engine

    def content(self, schema_format: SchemaFormat, source: SchemaSource, validity: ValidityMode) -> Content:
        """See `Examiner`."""
        engine = self._engine(schema_format)
        referenced = [(reference.name, reference.fingerprint) for reference in source.references]
        try:
            parsed = engine.parse(source)
        except SchemaSyntaxError as error:
            if validity is not ValidityMode.NONE:
                raise SchemaInvalid(error.violations) from error
            return Content(schema_format, source.text, fingerprint(schema_format, source.text, referenced), ())
        violations = engine.violations(parsed) if validity is ValidityMode.FULL else ()
        if violations:
            raise SchemaInvalid(violations)
        identity = fingerprint(schema_format, engine.canonical(parsed), referenced)
        return Content(schema_format, source.text, identity, engine.attributes(parsed), artifact_of(engine, parsed))

    def incompatibilities(
        self,
        schema_format: SchemaFormat,
        mode: CompatibilityMode,
        candidate: SchemaSource,
        history: Sequence[NumberedSource],
    ) -> tuple[Incompatibility, ...]:
        """See `Examiner`."""
        return incompatibilities(self._engine(schema_format), mode, candidate, history)
