"""Apache Avro: schemas with the results of Java's 1.12, payloads as one strict binary datum."""

from collections.abc import Sequence

from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.format import JSON, Format
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat


def _engine(options: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.avro.engine import AvroEngine

    return AvroEngine(encoding=options.avro_encoding)


def _infer(samples: Sequence[bytes]) -> str:
    from sluicegate.shared.formats.avro.inference import infer

    return infer(samples)


FORMAT = Format(
    name=SchemaFormat.AVRO,
    media_type=JSON,
    engine=_engine,
    extensions=(".avsc",),
    export_extension=".avsc",
    example='"int"',
    payloads=(b"", bytes(1), bytes(64), b"\x02" * 64, b"\xff" * 64),
    sample_extensions=(".avro",),
    infer=_infer,
)
