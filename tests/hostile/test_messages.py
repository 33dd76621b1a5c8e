"""Messages that name files and addresses: a worker neither reads nor writes any of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sluicegate.shared.formats.catalog import Catalog
from sluicegate.shared.formats.options import FormatOptions, JsonEngine, XmlEngine
from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import StoredSchema
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes, Decider
from sluicegate.validator.registry.snapshot import SnapshotSchemas
from tests.fakes.validator import DEAD, VALID, Bench, headers, message, stored
from tests.hostile.case import Bait
from tests.hostile.xml_schemas import pattern

XML = pattern("[a-z]*")
PROTO = 'syntax = "proto3"; message M { string id = 1; }'
PAYLOADS: list[Callable[[Bait], bytes]] = [
    lambda bait: bait.url.encode(),
    lambda bait: str(bait.file).encode(),
    lambda bait: bait.file.as_uri().encode(),
    lambda bait: f'"{bait.url}"'.encode(),
    lambda bait: f'{{"$ref": "{bait.file.as_uri()}"}}'.encode(),
]
SCHEMAS = [stored(text=XML, kind=SchemaFormat.XML), stored(text=PROTO, kind=SchemaFormat.PROTOBUF), stored()]
LIBRARIES = [FormatOptions(JsonEngine.NATIVE), FormatOptions(JsonEngine.PURE, xml_engine=XmlEngine.XMLSCHEMA)]


class SnapshotBench(Bench):
    """Schemas are kept in a folder, and the libraries can be chosen."""

    def __init__(self, *schemas: StoredSchema, folder: Path, options: FormatOptions = FormatOptions()) -> None:  # noqa: B008 - a frozen value
        super().__init__(*schemas, partitions=1)
        self.folder = folder
        self.options = options

    def decider(self) -> Decider:
        schemas = SnapshotSchemas(self.schemas, self.folder / "snapshot")
        return ByAttributes(Checks(schemas, Catalog(self.options).engine, capacity=10))


@pytest.mark.parametrize("options", LIBRARIES, ids=["native", "python"])
@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda each: each.format)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_that_is_a_path_or_an_address_is_not_followed(
    tmp_path: Path, bait: Bait, schema: StoredSchema, payload: Callable[[Bait], bytes], options: FormatOptions
) -> None:
    bench = SnapshotBench(schema, folder=tmp_path, options=options)
    bench.put(message(payload(bait)))

    bench.run()

    assert bench.payloads(DEAD) == [payload(bait)]


@pytest.mark.parametrize("options", LIBRARIES, ids=["native", "python"])
@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef", "$schema", "$recursiveRef"])
@pytest.mark.parametrize("at", [lambda bait: bait.url, lambda bait: bait.file.as_uri(), lambda bait: str(bait.file)])
def test_a_schema_that_refers_to_a_file_or_an_address_loads_neither(
    tmp_path: Path, bait: Bait, keyword: str, at: Callable[[Bait], str], options: FormatOptions
) -> None:
    """And nothing of a file can be read from the dead letter."""
    secret = "top-secret"
    bait.file.write_text(f'{{"const": "{secret}"}}')
    bench = SnapshotBench(stored(text=f'{{"{keyword}": "{at(bait)}"}}'), folder=tmp_path, options=options)
    bench.put(message(b"1"), message(b'"x"'))

    bench.run()

    assert secret not in str(bench.broker.messages(DEAD))
    assert bench.settled() == 2


@pytest.mark.parametrize("name", ["schemaId", "versionId", "format", "messageType"])
@pytest.mark.parametrize("value", ["../../stolen", "/stolen", "1/../../stolen", "..\\stolen", "1\0stolen"])
def test_no_attribute_is_a_path(tmp_path: Path, name: str, value: str) -> None:
    """There, the name of a file was made of attributes, and could lead anywhere."""
    folder = tmp_path / "a" / "b"
    bench = SnapshotBench(stored(text=PROTO, kind=SchemaFormat.PROTOBUF), folder=folder)
    named = headers() if name == "messageType" else headers(**{name: value})
    bench.put(message(b"\x0a\x01x", head=[*named, (name, value.encode())]), message(b"\x0a\x01x"))

    bench.run()

    assert bench.payloads(VALID) == [b"\x0a\x01x"]
    assert len(bench.payloads(DEAD)) == 1
    (kept,) = (each for each in tmp_path.rglob("*") if each.is_file())
    assert kept.name == "version-1-1.json"
    assert kept.parent.parent == folder / "snapshot"
