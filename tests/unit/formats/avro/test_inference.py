"""A schema from container files: the writer's own, or the one of several that reads them all."""

import io
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.avro.inference import infer
from sluicegate.shared.formats.engine import SchemaSource
from tests.unit.formats.avro.builders import ENGINE, parsed, record

V1 = record(("id", "long"), name="Order")
V2 = record(("id", "long"), {"name": "note", "type": "string", "default": ""}, name="Order")
OTHER = record(("id", "string"), name="Order")


def container(schema: Any, *data: Any) -> bytes:
    """A container file."""
    file = io.BytesIO()
    fastavro.writer(file, schema, data)
    return file.getvalue()


def test_the_schema_is_the_one_in_the_file() -> None:
    text = infer([container(V1, {"id": 1})])
    assert ENGINE.canonical(parsed_text(text)) == ENGINE.canonical(parsed(V1))


def parsed_text(text: str) -> Any:
    """A schema text, parsed."""
    return ENGINE.parse(SchemaSource(text))


@pytest.mark.parametrize("files", [[V1, V2], [V2, V1], [V1, V2, V1]])
def test_of_several_files_the_schema_that_reads_all_is_taken(files: list[Any]) -> None:
    """Only the version with the default for `note` reads data with and without it.

    Both read each other, so the last one counts.
    """
    text = infer([container(each) for each in files])
    chosen = parsed_text(text)
    assert all(not ENGINE.compare(chosen, parsed(each)) for each in files)


def test_files_that_no_schema_of_theirs_can_read_are_refused_with_the_reason() -> None:
    with pytest.raises(SampleUnusable, match="none can read all") as caught:
        infer([container(V1), container(OTHER)])
    assert caught.value.index == 0
    assert "/fields/0/type" in caught.value.message


@pytest.mark.parametrize(
    "sample",
    [
        b"",
        b"Obj",
        b"Obj\x01",
        b"{}",
        b"Obj\x01\x02",
        b"Obj\x01\x00" + b"x" * 16,
        container(V1)[:30],
        b"Obj\x01" + b"\xff" * 40,
        b"Obj\x01\x02\xfe\xff\xff\xff\xff\xff\xff\xff\x7fkey",
    ],
)
def test_a_file_that_is_no_container_is_named(sample: bytes) -> None:
    with pytest.raises(SampleUnusable, match="not an Avro container file") as caught:
        infer([container(V1), sample])
    assert caught.value.index == 1


def test_a_schema_that_does_not_parse_is_said_to_be_in_the_file() -> None:
    broken = container(V1).replace(b'"long"', b'"lxng"')
    with pytest.raises(SampleUnusable, match=r"cannot be used.*lxng") as caught:
        infer([broken])
    assert caught.value.index == 0


def test_without_files_there_is_no_schema() -> None:
    with pytest.raises(SampleUnusable, match="no sample"):
        infer([])


@given(st.binary(max_size=60).map(lambda tail: b"Obj\x01" + tail))
def test_nothing_but_a_sample_error_comes_out(sample: bytes) -> None:
    with pytest.raises(SampleUnusable):
        infer([sample])
