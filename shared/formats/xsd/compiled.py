"""lxml: the library that compiles schemas of version 1.0 and checks payloads with them."""

from collections.abc import Mapping
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.document import hardened

_EMPTY: Final = b"<empty/>"


class _Memory(etree.Resolver):
    """Serves the documents of one schema, and an empty one for all else: nothing is fetched."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        super().__init__()
        self._documents = documents

    def resolve(self, system_url: str, public_id: str, context: object) -> object:  # type: ignore[override]  # the stubs miss `context`
        return self.resolve_string(self._documents.get(system_url, _EMPTY), context)  # type: ignore[call-arg]  # and take base_url to be needed


def compiled(documents: Mapping[str, bytes]) -> etree.XMLSchema:
    """The compiled schema of a document, under "", and of those that it names.

    Raises `etree.XMLSchemaParseError`.
    """
    parser = hardened()
    parser.resolvers.add(_Memory(documents))
    return etree.XMLSchema(etree.fromstring(documents[""], parser))
