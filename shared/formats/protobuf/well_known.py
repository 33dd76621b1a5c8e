"""Files that every schema may import without a reference.

`google/protobuf/*` is the compiler's own. The definitions of `google/type/*` and `confluent/*` are
data of this package, because Confluent's registry knows them too, and its clients therefore never
register them.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

BUILT_IN: Final = "google/protobuf/"
"""The folder of the compiler's own files. A reference cannot replace them."""

_FOLDER: Final = Path(__file__).parent / "well_known"

SHIPPED: Final[Mapping[str, Path]] = MappingProxyType(
    {path.relative_to(_FOLDER).as_posix(): path for path in sorted(_FOLDER.rglob("*.proto"))}
)
"""The other files by import name. A reference of the same name takes precedence."""

UNINTERPRETED: Final = Path(__file__).parent / "uninterpreted.proto"
"""The extensions that hold options without a definition while protoc runs."""
