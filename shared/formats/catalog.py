"""The formats: each package in this folder with a `FORMAT`. There is no other list.

An engine is imported at its first use: a program with one format must not wait for all.
"""

import pkgutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import PurePath
from types import MappingProxyType

from sluicegate.shared import extras, formats
from sluicegate.shared.errors import FormatUnsupported
from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.format import Format, Inference
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat


def _packages() -> Iterator[Format]:
    for package in pkgutil.iter_modules(formats.__path__):
        if package.ispkg:
            found = getattr(import_module(f"{formats.__name__}.{package.name}"), "FORMAT", None)
            if isinstance(found, Format):
                yield found


def _found() -> Mapping[SchemaFormat, Format]:
    """Return the formats in the order of the enumeration.

    Raises `ValueError` for one that two packages declare.
    """
    packages = list(_packages())
    by_name = {each.name: each for each in packages}
    if len(by_name) < len(packages):
        raise ValueError("two packages in shared/formats declare the same format")
    return MappingProxyType({name: by_name[name] for name in SchemaFormat if name in by_name})


FORMATS: Mapping[SchemaFormat, Format] = _found()
"""The formats that have an engine."""

EXTENSIONS: Mapping[str, SchemaFormat] = MappingProxyType(
    {extension: each.name for each in FORMATS.values() for extension in each.extensions}
)
"""Extension of a schema file -> format."""

SAMPLE_EXTENSIONS: Mapping[str, SchemaFormat] = MappingProxyType(
    {extension: each.name for each in FORMATS.values() for extension in each.sample_extensions}
)
"""Extension of a file with data -> format."""

INFERENCES: Mapping[SchemaFormat, Inference] = MappingProxyType(
    {each.name: each.infer for each in FORMATS.values() if each.infer is not None}
)
"""Format -> inference from samples, for the formats that have it."""


def format_of_file(name: str) -> SchemaFormat | None:
    """Return the format of a schema file's extension."""
    return EXTENSIONS.get(PurePath(name).suffix.lower())


def infer(schema_format: SchemaFormat, samples: Sequence[bytes]) -> str:
    """Return the text of a schema that the samples fit.

    Raises `SampleUnusable`, and `FormatUnsupported`, which names the formats with an inference.
    """
    found = INFERENCES.get(schema_format)
    if found is None:
        names = ", ".join(INFERENCES)
        raise FormatUnsupported(
            f"A schema of format {schema_format.value!r} is not inferred from samples. Use one of: {names}"
        )
    return found(samples)


_USUAL = FormatOptions()


class Catalog:
    """The engines, with some options. Thread-safe."""

    def __init__(self, options: FormatOptions = _USUAL) -> None:
        """Import nothing yet."""
        self._options = options
        self._lock = threading.RLock()
        self._engines: dict[SchemaFormat, FormatEngine] = {}

    def engine(self, schema_format: SchemaFormat) -> FormatEngine:
        """Return the engine of a format, always the same.

        Raises `FormatUnsupported`, which names the formats.
        """
        found = self._engines.get(schema_format)
        return self._make(schema_format) if found is None else found

    def _make(self, schema_format: SchemaFormat) -> FormatEngine:
        found = FORMATS.get(schema_format)
        if found is None:
            names = ", ".join(FORMATS)
            raise FormatUnsupported(f"Format {schema_format.value!r} is not supported. Use one of: {names}")
        with self._lock:
            if schema_format not in self._engines:
                self._engines[schema_format] = self._made(found)
            return self._engines[schema_format]

    def _made(self, found: Format) -> FormatEngine:
        try:
            return found.engine(self._options)
        except ModuleNotFoundError as error:
            absence = extras.absence(error.name or "")
            raise FormatUnsupported(f"Format {found.name.value!r} is not supported here. {absence}.") from error


engine = Catalog().engine
"""The engine of a format with the default options."""
