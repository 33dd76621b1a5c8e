"""JSON samples -> JSON Schema 2020-12, by genson.

genson merges types, properties and items of many samples (alternatives, common properties as
`required`), and adds nothing beyond the samples: no lengths, no ranges, no closed objects. This is
right for a first schema; its owner adds the rest.
"""

import json
from collections.abc import Iterator, Sequence

from genson import SchemaBuilder  # type: ignore[import-untyped]  # ships no types

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.json_schema.drafts import DRAFT_2020
from sluicegate.shared.formats.json_schema.payload import exact_loads
from sluicegate.shared.formats.json_schema.values import deeper_than
from sluicegate.shared.formats.strict_json import DEPTH_LIMIT

_TOO_DEEP = f"The sample is nested too deep: its schema would have more than {DEPTH_LIMIT} levels"


def infer(samples: Sequence[bytes]) -> str:
    """A schema that every sample fits.

    A sample is one JSON value, or one on each line. Raises `SampleUnusable`, naming the sample.
    """
    if not any(sample.strip() for sample in samples):
        raise SampleUnusable("There is no sample. Give at least one JSON document")
    builder = SchemaBuilder(schema_uri=DRAFT_2020.uri)
    for index, sample in enumerate(samples):
        for value in _values(index, sample):
            builder.add_object(value)
    schema = builder.to_schema()
    if deeper_than(DEPTH_LIMIT, schema):
        raise SampleUnusable(_TOO_DEEP)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _values(index: int, sample: bytes) -> Iterator[object]:
    try:
        values = [exact_loads(sample)]
    except (ValueError, RecursionError) as error:
        lines = _lines(sample)
        if lines is None:
            raise SampleUnusable(f"The sample is not JSON: {error}", index) from error
        values = lines
    for value in values:
        if deeper_than(DEPTH_LIMIT, value):
            raise SampleUnusable(_TOO_DEEP, index)
        yield value


def _lines(sample: bytes) -> list[object] | None:
    """The values of a sample in JSON Lines; None when it is something else."""
    try:
        return [exact_loads(line) for line in sample.splitlines() if line.strip()] or None
    except (ValueError, RecursionError):
        return None
