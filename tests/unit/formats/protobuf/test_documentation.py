"""docs/reference/formats/protobuf.md describes every code, and no other."""

from sluicegate.shared.formats.protobuf.compatibility.findings import ProtobufChange
from sluicegate.shared.formats.protobuf.payload.explanation import ProtobufPayloadCode
from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode
from tests.docs.pages import rows, section

PAGE = "formats/protobuf.md"


def test_each_violation_of_a_schema_is_documented() -> None:
    described = rows(section(PAGE, "Validity")).keys() - {"SYNTAX_ONLY", "FULL"}
    assert described == {code.value for code in ProtobufSchemaCode}


def test_each_finding_is_documented() -> None:
    assert rows(section(PAGE, "Compatibility")).keys() == {kind.value for kind in ProtobufChange}


def test_each_violation_of_a_payload_is_documented() -> None:
    assert rows(section(PAGE, "Payloads")).keys() == {code.value for code in ProtobufPayloadCode}
