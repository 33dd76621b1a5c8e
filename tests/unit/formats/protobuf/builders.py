"""Short ways to parsed schemas."""

from pathlib import Path

import pytest

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema
from sluicegate.shared.model import Violation

ENGINE = ProtobufEngine()
PROTO3 = 'syntax = "proto3";\n'
CORPUS = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "corpus").glob("*.proto"))
}


def source(text: str, **imports: SchemaSource | str) -> SchemaSource:
    """A source; `common_money="..."` is referred to as `common/money.proto`."""
    named = ((name.replace("_", "/") + ".proto", each) for name, each in imports.items())
    return SchemaSource(
        text, tuple(NamedSource(name, SchemaSource(each) if isinstance(each, str) else each) for name, each in named)
    )


def parsed(text: str, **imports: SchemaSource | str) -> ProtobufSchema:
    """A schema; a text without a syntax is proto3."""
    whole = text if "syntax" in text or "edition" in text else PROTO3 + text
    return ENGINE.parse(source(whole, **imports))


def refused(text: str, **imports: SchemaSource | str) -> tuple[Violation, ...]:
    """Return the violations of a text that does not parse."""
    with pytest.raises(SchemaSyntaxError) as caught:
        ENGINE.parse(source(text, **imports))
    assert caught.value.violations[0].message in caught.value.message
    return caught.value.violations
