"""Names of native schemas are free. As subjects they never pass for a context or for all subjects."""

import pytest

from sluicegate.registry_api.core.commands import RegisterSchema
from sluicegate.registry_api.core.model import Address, Reference
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Mode
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from tests.contracts.subjects.conftest import CALLER, Bench, draft, record

ONE, TWO = record("a"), record("b")
ORDER = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'


@pytest.mark.parametrize(
    ("name", "subject"),
    [(":.c:x", ":.::.c:x"), (":*:x", ":.::*:x"), ("__GLOBAL", "__GLOBAL.1"), ("__EMPTY", "__EMPTY.1"), (":c", ":c")],
)
def test_native_schema_is_listed_under_a_name_that_finds_it(bench: Bench, name: str, subject: str) -> None:
    bench.native_register(name, ONE)
    assert bench.native.latest(SchemaId(1)).text == ONE
    assert bench.subjects.catalogue.subjects() == (subject,)
    assert bench.subjects.catalogue.subjects(":.c:") == ()
    assert bench.lookup(subject, ONE).number == 1
    assert bench.register(subject, ONE).added is False


def test_reference_to_such_a_schema_names_it(bench: Bench) -> None:
    at = bench.native_register(":.c:x", ONE)
    bench.native.register(
        RegisterSchema(
            "order", SchemaFormat.AVRO, ORDER, references=(Reference("person", Address(at, VersionNumber(1))),)
        ),
        CALLER,
    )
    version = bench.subjects.catalogue.version(SubjectName.parse("order"), VersionNumber(1))
    (reference,) = version.references
    assert reference.subject == ":.::.c:x"
    assert bench.lookup_draft("order", draft(ORDER, (("person", reference.subject, 1),))).number == 1


def test_new_native_schema_of_a_read_only_name_gets_a_subject_of_its_own(bench: Bench) -> None:
    bench.native_register("s", ONE)
    bench.set_mode("s", Mode.READONLY)
    assert bench.native_register("s", TWO) == 2
    assert bench.lookup("s.2", TWO).number == 1
