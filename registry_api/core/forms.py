"""Other forms of a registered schema's text: written out, or in binary."""

from base64 import b64encode
from collections.abc import Callable
from enum import StrEnum

from sluicegate.registry_api.core.model import Lookup, Version
from sluicegate.registry_api.core.references import References
from sluicegate.shared.errors import SchemaError
from sluicegate.shared.formats.engine import FormatEngine, Serialized, Spelled, parsed
from sluicegate.shared.model import SchemaFormat


class Form(StrEnum):
    """A form of a text that a request can name."""

    RESOLVED = "resolved"
    """Of Avro: with all that it refers to written out."""

    SERIALIZED = "serialized"
    """Of Protobuf: a FileDescriptorProto in base64."""


class Forms:
    """Converts texts into other forms. Thread-safe.

    Its engines read texts that were checked before, in this process.
    """

    def __init__(self, lookup: Lookup, engine: Callable[[SchemaFormat], FormatEngine]) -> None:
        """Use a reader of versions and the catalogue of engines."""
        self._lookup = lookup
        self._engine = engine

    def text(self, version: Version, form: str) -> str:
        """Return a version's text in a form.

        It is the registered text if the format or the text has no such form.
        """
        try:
            match version.format, form:
                case SchemaFormat.AVRO, Form.RESOLVED if version.references:
                    return self._resolved(version)
                case SchemaFormat.PROTOBUF, Form.SERIALIZED:
                    return self._serialized(version)
        except SchemaError:
            pass  # registered without a check
        return version.text

    def _resolved(self, version: Version) -> str:
        engine = self._engine(version.format)
        if not isinstance(engine, Spelled):
            return version.text
        (registered,) = References(self._lookup).registered([version])
        schema = parsed(engine, registered.source)
        return engine.spellings(schema, engine.canonical(schema)).resolved or version.text

    def _serialized(self, version: Version) -> str:
        engine = self._engine(version.format)
        if not isinstance(engine, Serialized):
            return version.text
        (registered,) = References(self._lookup).registered([version])
        return b64encode(engine.serialized(parsed(engine, registered.source))).decode()
