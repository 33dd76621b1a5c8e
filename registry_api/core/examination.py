"""Checks of schema texts before anything is stored: by engines, in this process."""

import hashlib
from collections.abc import Callable, Sequence
from typing import cast

from sluicegate.registry_api.core.compatibility import incompatibilities
from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.model import Content, Incompatibility, NumberedSource
from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.fingerprint import fingerprint
from sluicegate.shared.formats.division import Divisible
from sluicegate.shared.formats.engine import FormatEngine, SchemaSource, Strict, artifact_of, spellings_of, warnings_of
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode


class EngineExaminer:
    """`Examiner` that calls the engines directly.

    For trusted texts, and inside the processes that may be ended.
    """

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
        canonical = engine.canonical(parsed)
        spellings = spellings_of(engine, parsed, source.text, canonical)
        return Content(
            schema_format,
            source.text,
            fingerprint(schema_format, canonical, referenced),
            engine.attributes(parsed),
            artifact_of(engine, parsed),
            standard=_unless(source.text, spellings.standard),
            normalized=_unless(source.text, spellings.normalized),
            resolved=spellings.resolved and hashlib.sha256(spellings.resolved.encode()).hexdigest(),
            warnings=warnings_of(engine, parsed),
        )

    def divisible(self, schema_format: SchemaFormat) -> Divisible | None:
        """See `Examiner`."""
        engine = self._engine(schema_format)
        return engine if isinstance(engine, Divisible) else None

    def incompatibilities(
        self,
        schema_format: SchemaFormat,
        mode: CompatibilityMode,
        candidate: SchemaSource,
        history: Sequence[NumberedSource],
        policy: Policy | None = None,
    ) -> tuple[Incompatibility, ...]:
        """See `Examiner`."""
        engine = self._engine(schema_format)
        if policy is not None and hasattr(engine, "under"):
            engine = cast("Strict", engine).under(policy)
        return incompatibilities(engine, mode, candidate, history)


def _unless(text: str, spelling: str) -> str | None:
    """Return a spelling, unless it is the text: repetition would double the answer."""
    return None if spelling == text else spelling
