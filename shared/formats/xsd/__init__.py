"""XML Schema 1.0 and 1.1: the format `xml`."""

from collections.abc import Sequence

from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.format import Format
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat


def _engine(options: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.xsd.engine import XsdEngine

    return XsdEngine(options.xml_engine)


def _infer(samples: Sequence[bytes]) -> str:
    from sluicegate.shared.formats.xsd.inference import infer

    return infer(samples)


FORMAT = Format(
    name=SchemaFormat.XML,
    media_type="application/xml",
    engine=_engine,
    extensions=(".xsd",),
    export_extension=".xsd",
    example=('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:int"/></xs:schema>'),
    payloads=(b"", b"<a/>", b"<a b='c'><d/>e</a>", b"<a xmlns='urn:a'/>"),
    sample_extensions=(".xml",),
    infer=_infer,
)
