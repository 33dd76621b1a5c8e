"""The XML schemas of the tests, each once."""

from typing import Final

from tests.unit.formats.xsd.compatible_changes import COMPATIBLE
from tests.unit.formats.xsd.incompatible_changes import INCOMPATIBLE
from tests.unit.formats.xsd.mutation import SEEDS

SCHEMAS: Final[tuple[str, ...]] = tuple(
    dict.fromkeys(
        (
            *SEEDS,
            *(schema for pair in COMPATIBLE.values() for schema in pair),
            *(schema for reader, writer, *_ in INCOMPATIBLE.values() for schema in (reader, writer)),
        )
    )
)
