"""A minimal schema language: lines of `name:type` or `name:type?`."""

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.effort import Effort, Linear
from sluicegate.shared.formats.engine import (
    Capabilities,
    Fault,
    FormatEngine,
    PayloadValidator,
    Rejection,
    SchemaSource,
)
from sluicegate.shared.model import Finding, SchemaFormat, Violation

Fields = dict[str, str]


class LineEngine(FormatEngine):
    """A field that a reader needs must be in the writer, with the same type.

    A type called `bad` is against the rules.

    A `#` opens a comment, so that one schema can be spelt in several ways. A line `+name` takes in
    the fields of a referenced schema.
    """

    def __init__(self, schema_format: SchemaFormat = SchemaFormat.JSON) -> None:
        self._format = schema_format

    @property
    def format(self) -> SchemaFormat:
        return self._format

    def parse(self, source: SchemaSource) -> Fields:
        lines = [line.partition("#")[0].strip() for line in source.text.splitlines()]
        named = {f"+{reference.name}": reference.source for reference in source.references}
        wrong = [line for line in lines if line and line.count(":") != 1 and line not in named]
        if wrong:
            raise SchemaSyntaxError(
                "The schema does not parse", [Violation(line, "syntax", "no name:type") for line in wrong]
            )
        fields: Fields = {}
        for line in lines:
            if line in named:
                fields.update(self.parse(named[line]))
            elif line:
                name, _, kind = line.partition(":")
                fields[name] = kind
        return fields

    def violations(self, schema: Fields) -> tuple[Violation, ...]:
        return tuple(Violation(name, "bad", "has a bad type") for name, kind in schema.items() if kind == "bad")

    def canonical(self, schema: Fields) -> str:
        return "\n".join(f"{name}:{kind}" for name, kind in sorted(schema.items()))

    def compare(self, reader: Fields, writer: Fields) -> tuple[Finding, ...]:
        return tuple(
            Finding("field_missing", name, f"{name} is needed and was not written", f"Make {name} optional")
            for name, kind in reader.items()
            if writer.get(name, "?" if kind.endswith("?") else "").rstrip("?") != kind.rstrip("?")
            and not (kind.endswith("?") and name not in writer)
        )

    def attributes(self, schema: Fields) -> tuple[str, ...]:
        return tuple(sorted(schema))

    def compile(self, schema: Fields) -> PayloadValidator:
        raise NotImplementedError("nothing here checks payloads")


class CompilingLineEngine(LineEngine):
    """The same language, which is compiled. `parsed` counts the texts that were read."""

    def __init__(self, schema_format: SchemaFormat = SchemaFormat.JSON) -> None:
        super().__init__(schema_format)
        self.parsed = 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(precompiled=self)

    def parse(self, source: SchemaSource) -> Fields:
        self.parsed += 1
        return super().parse(source)

    def compiled(self, schema: Fields) -> bytes:
        return b"compiled:" + self.canonical(schema).encode()

    def from_compiled(self, compiled: bytes, /) -> Fields:
        if not compiled.startswith(b"compiled:"):
            raise SchemaSyntaxError("This was not compiled here")
        return super().parse(SchemaSource(compiled.removeprefix(b"compiled:").decode()))


class Words:
    """A payload is words: each field of the schema must be one of them."""

    def __init__(self, schema: Fields) -> None:
        self._names = {name.encode() for name in schema}

    def accepts(self, payload: bytes) -> bool:
        return self._names <= set(payload.split())

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        missing = sorted(self._names - set(payload.split()))[:limit]
        violations = tuple(Violation(name.decode(), "missing", "is missing") for name in missing)
        return Rejection(Fault.INVALID, violations) if missing else None

    def effort(self) -> Effort:
        return Effort(Linear(1.0), Linear(1.0))

    def public_path(self, path: str, /) -> str:
        return path


class CheckingLineEngine(LineEngine):
    """The same language, with payloads."""

    def compile(self, schema: Fields) -> PayloadValidator:
        return Words(schema)
