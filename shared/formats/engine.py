"""What a format must be able to do. Each engine is a package beside this module; `catalog` is the only place that lists them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from shared.model import Finding, SchemaFormat, Violation


@dataclass(frozen=True, slots=True)
class SchemaSource:
    """A schema as it was written: its text and the schemas that it refers to, by the names that it uses for them."""

    text: str
    references: tuple["NamedSource", ...] = ()


@dataclass(frozen=True, slots=True)
class NamedSource:
    """A referenced schema under the name by which another one refers to it."""

    name: str
    source: SchemaSource


class Fault(StrEnum):
    """The two ways in which a payload can fail its schema."""

    MALFORMED = "payload_malformed"
    INVALID = "payload_invalid"


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a payload does not fit: at least one violation, at most `limit` of those that were asked for."""

    fault: Fault
    violations: tuple[Violation, ...]


class PayloadValidator(Protocol):
    """A schema compiled for checking payloads. Immutable, may be kept for ever and shared by threads. Never blocks."""

    def accepts(self, payload: bytes) -> bool:
        """Whether the payload fits: the hot path. Never raises, whatever the bytes are."""
        ...

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Why the payload does not fit, or None when it does: `accepts` and `explain` never disagree. Never raises."""
        ...


class FormatEngine(Protocol):
    """One schema language. Pure: no I/O, no state between calls; safe to call from several threads.

    `parse` returns the engine's own parsed schema, an immutable value that only the same engine's other methods read.
    """

    @property
    def format(self) -> SchemaFormat:
        """The format that this engine serves."""
        ...

    def parse(self, source: SchemaSource) -> Any:
        """Read a text as far as its syntax goes (validity SYNTAX_ONLY).

        Raises `SchemaSyntaxError` with violations that say where; never any other error, whatever the text is.
        """
        ...

    def violations(self, schema: Any) -> tuple[Violation, ...]:
        """What breaks the format's own rules (validity FULL): metaschema, names, defaults, unresolvable references. Empty: valid."""
        ...

    def canonical(self, schema: Any) -> str:
        """The text that is the same for every spelling of the same schema. Stable: part of a content's identity for ever.

        `canonical(parse(canonical(schema))) == canonical(schema)`.
        """
        ...

    def compare(self, reader: Any, writer: Any) -> tuple[Finding, ...]:
        """Why data written with `writer` cannot all be read with `reader`. Empty: compatible."""
        ...

    def attributes(self, schema: Any) -> tuple[str, ...]:
        """The property paths of the schema (`customer/address/city`), sorted, without duplicates, to a depth of 10."""
        ...

    def compile(self, schema: Any) -> PayloadValidator:
        """A validator of payloads. Raises `SchemaUnusable` when the schema does not allow one."""
        ...
