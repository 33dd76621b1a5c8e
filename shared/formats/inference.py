"""Format name -> how a schema is made from samples: the only place that lists the ways."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sluicegate.shared.errors import FormatUnsupported
from sluicegate.shared.formats.avro import inference as avro
from sluicegate.shared.formats.csv_schema import inference as csv_schema
from sluicegate.shared.formats.json_schema import inference as json_schema
from sluicegate.shared.formats.xsd import inference as xsd
from sluicegate.shared.model import SchemaFormat

Inference = Callable[[Sequence[bytes]], str]
"""From the bytes of samples to the text of a schema that each of them fits. Raises `SampleUnusable`."""

INFERENCES: Mapping[SchemaFormat, Inference] = MappingProxyType(
    {
        SchemaFormat.JSON: json_schema.infer,
        SchemaFormat.AVRO: avro.infer,
        SchemaFormat.XML: xsd.infer,
        SchemaFormat.CSV: csv_schema.infer,
    }
)


def infer(schema_format: SchemaFormat, samples: Sequence[bytes]) -> str:
    """The text of a schema that the samples fit. Raises `SampleUnusable`, and `FormatUnsupported`, naming the formats that there are."""
    found = INFERENCES.get(schema_format)
    if found is None:
        names = ", ".join(INFERENCES)
        raise FormatUnsupported(
            f"A schema of format {schema_format.value!r} is not inferred from samples. Use one of: {names}"
        )
    return found(samples)
