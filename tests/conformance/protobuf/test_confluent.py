"""Schemas that Confluent's registry accepts, and its oneof verdicts, over both APIs.

The verdicts are those since June 2026.
"""

from collections.abc import Iterator

import pytest

from sluicegate.registry_api.app import Application, StorePorts, compose
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.registry_api.trial.trial import TryingExaminer
from sluicegate.shared.formats.catalog import engine
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine
from tests.fakes.api_client import ApiClient
from tests.fakes.registry_service import settings
from tests.fixtures.agreement import Agreement
from tests.unit.formats.protobuf.builders import PROTO3, source

ACCEPTED = {
    "enum": "package shop; enum Size { SIZE_NONE = 0; SIZE_BIG = 1; }",
    "public import": 'package shop; import public "google/protobuf/any.proto";',
    "service": 'import "google/protobuf/empty.proto"; service S { rpc R(google.protobuf.Empty) returns (google.protobuf.Empty); }',
    "extension": 'import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { string unit = 50001; }',
    "package": "package shop;",
    "unused import": 'import "buf/validate/validate.proto"; message M { int32 a = 1; }',
    "options of an unknown import": 'import "buf/validate/validate.proto"; message M { int32 a = 1 [(buf.validate.field).int32.gt = 0]; }',
    "unknown option": 'option (shop.owner) = "team"; message M { int32 a = 1; }',
    "date": 'import "google/type/date.proto"; message Visit { google.type.Date day = 1; }',
    "meta": 'import "confluent/meta.proto"; message P { string mail = 1 [(confluent.field_meta).doc = "where to write"]; }',
    "decimal": 'import "confluent/type/decimal.proto"; message P { confluent.type.Decimal price = 1; }',
    "variant": 'import "confluent/type/variant.proto"; message P { confluent.type.Variant any = 1; }',
}
REFUSED = {
    "unknown field type": 'import "buf/validate/validate.proto"; message M { buf.validate.Rule a = 1; }',
    "field type of no import": "message M { Other a = 1; }",
}
IN_O, IN_Q = "oneof o {{ {} }}", "oneof q {{ {} }}"
A, B, C = "int32 a = 1;", "int32 b = 2;", "int32 c = 3;"
REMOVED, MANY, EXISTING = "ONEOF_FIELD_REMOVED", "MULTIPLE_FIELDS_MOVED_TO_ONEOF", "FIELD_MOVED_TO_EXISTING_ONEOF"
ONEOFS: dict[str, tuple[str, str, list[str]]] = {
    "member moved to a new oneof": (IN_O.format(A + B), IN_O.format(B) + IN_Q.format(A), []),
    "member dropped while its oneof is renamed": (IN_O.format(A + B), IN_Q.format(A), [REMOVED]),
    "member dropped": (IN_O.format(A + B), IN_O.format(A), [REMOVED]),
    "member dropped, the rest stands alone": (IN_O.format(A + B), A, [REMOVED]),
    "oneof deleted": (IN_O.format(A + B) + C, C, []),
    "oneof deleted, its name taken by a new field": (IN_O.format(A), IN_O.format(B), [REMOVED]),
    "oneof renamed": (IN_O.format(A + B), IN_Q.format(A + B), []),
    "oneof dissolved": (IN_O.format(A + B), A + B, []),
    "one field into a new oneof": (A, IN_O.format(A + B), []),
    "two fields into a new oneof": (A + B, IN_O.format(A + B), [MANY]),
    "one field into an existing oneof": (A + IN_O.format(B), IN_O.format(A + B), [EXISTING]),
    "two fields into an existing oneof": (A + C + IN_O.format(B), IN_O.format(A + B + C), [MANY]),
    "one field into a renamed oneof": (A + IN_O.format(B), IN_Q.format(A + B), [EXISTING]),
    "oneofs merged": (IN_O.format(A) + IN_Q.format(B), IN_O.format(A + B), [EXISTING]),
    "oneofs merged into a new one": (IN_O.format(A) + IN_Q.format(B), "oneof n {" + A + B + "}", [EXISTING]),
    "member moved to another oneof": (
        IN_O.format(A + C) + IN_Q.format(B),
        IN_O.format(A) + IN_Q.format(B + C),
        [EXISTING],
    ),
    "field added to a oneof": (IN_O.format(A), IN_O.format(A + B), []),
}


@pytest.fixture
def client() -> Iterator[ApiClient]:
    """A registry whose examiner also compiles each schema, as trial processes do."""
    yield from _client()


@pytest.fixture
def native() -> Iterator[ApiClient]:
    """Another one."""
    yield from _client()


def _client() -> Iterator[ApiClient]:
    store = MemoryStore()
    ports = StorePorts(store, store, MemoryFeed(store), lambda: None)
    application: Application = compose(settings(), ports, TryingExaminer(engine))
    yield ApiClient(application)
    application.close()


def _confluent(client: ApiClient, subject: str, text: str) -> int:
    body = {"schema": PROTO3 + text, "schemaType": "PROTOBUF"}
    return client.post(f"/subjects/{subject}/versions", json=body).status_code


def _native(client: ApiClient, name: str, text: str) -> int:
    body = {"name": name, "schema_type": "protobuf", "specification": PROTO3 + text, "validity_mode": "FULL"}
    return client.post("/schemas", json=body).status_code


def test_registration_agrees(client: ApiClient, native: ApiClient, agreement: Agreement) -> None:
    found = {
        name: (_confluent(client, name, text) == 200, _native(native, name, text) == 201)
        for name, text in {**ACCEPTED, **REFUSED}.items()
    }
    differing = [name for name, accepted in found.items() if accepted != (name in ACCEPTED,) * 2]
    agreement("Protobuf registration, Confluent's registry", len(found) - len(differing), len(found))
    assert differing == []


def test_a_type_of_any_reference_is_found(client: ApiClient) -> None:
    money = PROTO3 + "package common; message Money { int64 units = 1; }"
    client.post("/subjects/money/versions", json={"schema": money, "schemaType": "PROTOBUF"})
    text = PROTO3 + 'import "other/path.proto"; message Order { common.Money total = 1; }'
    references = [{"name": "common/money.proto", "subject": "money", "version": 1}]
    body = {"schema": text, "schemaType": "PROTOBUF", "references": references}
    assert client.post("/subjects/order/versions", json=body).status_code == 200


def test_oneof_verdicts_agree(agreement: Agreement) -> None:
    protobuf = ProtobufEngine()

    def codes(writer: str, reader: str) -> list[str]:
        parsed = (protobuf.parse(source(f"{PROTO3} message M {{ {each} }}")) for each in (reader, writer))
        return [each.code for each in protobuf.compare(*parsed)]

    differing = [name for name, (writer, reader, kinds) in ONEOFS.items() if codes(writer, reader) != kinds]
    agreement("Protobuf oneofs, Confluent's rules of June 2026", len(ONEOFS) - len(differing), len(ONEOFS))
    assert differing == []
