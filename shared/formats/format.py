"""Declaration of a format package: its `FORMAT`, which `catalog` finds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat

JSON: Final = "application/json"
PLAIN_TEXT: Final = "text/plain; charset=utf-8"

Inference = Callable[[Sequence[bytes]], str]
"""Make the text of a schema that each sample fits. Raises `SampleUnusable`."""


@dataclass(frozen=True, slots=True)
class Format:
    """One schema language. `engine` and `infer` import their libraries when they are called.

    `extensions` are those of schema files that tell the format, and `sample_extensions` those of
    data; both have the dot. An export names its files with `export_extension`. The engine is warmed
    up with `example`, and each new schema is tried on `payloads`.
    """

    name: SchemaFormat
    media_type: str
    engine: Callable[[FormatOptions], FormatEngine]
    extensions: tuple[str, ...]
    export_extension: str
    example: str
    payloads: tuple[bytes, ...]
    sample_extensions: tuple[str, ...] = ()
    infer: Inference | None = None

    @property
    def is_json(self) -> bool:
        """Whether schemas of this format are JSON texts."""
        return self.media_type == JSON
