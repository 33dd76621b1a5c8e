"""JSON Schema, drafts 4, 6, 7, 2019-09 and 2020-12: the format `json`."""

from collections.abc import Sequence

from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.format import JSON, Format
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat


def _engine(options: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine

    return JsonSchemaEngine(
        options.json_engine,
        options.json_policy,
        strict_json=options.strict_json,
        default_draft=options.json_default_draft,
        unknown_draft=options.json_unknown_draft,
        assert_format=options.json_assert_format,
    )


def _infer(samples: Sequence[bytes]) -> str:
    from sluicegate.shared.formats.json_schema.inference import infer

    return infer(samples)


FORMAT = Format(
    name=SchemaFormat.JSON,
    media_type=JSON,
    engine=_engine,
    extensions=(".json",),
    export_extension=".json",
    example='{"type": "object"}',
    payloads=(b"", b"{}", b"[]", b'""', b"1", b"null", b'{"a": {"b": [{"c": "d"}]}}', b"[[[1]], {}]"),
    sample_extensions=(".json", ".jsonl", ".ndjson"),
    infer=_infer,
)
