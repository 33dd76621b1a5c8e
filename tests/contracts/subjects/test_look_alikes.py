"""Schemas that readers of data cannot tell apart are contents of their own, through whichever API they were registered."""

import pytest

from sluicegate.registry_api.core.commands import AddVersion, RegisterSchema
from sluicegate.registry_api.core.metadata import Metadata
from sluicegate.registry_api.core.model import Address, Reference, Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.shared.model import GlobalId, SchemaFormat, SchemaId, VersionNumber
from tests.contracts.subjects.conftest import CALLER, Bench, draft, record

PLAIN, DESCRIBED = record("a"), record("a", doc="the person")
ORDER = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'


def newest(bench: Bench, subject: str) -> Version:
    """The newest version as it is read."""
    return bench.subjects.catalogue.version(SubjectName.parse(subject), VersionNumber(-1))


def publish(bench: Bench, name: str, text: str, *, publisher: str, of: SchemaId | None = None) -> Address:
    """Register a new native schema, which may refer to the first version of another."""
    references = () if of is None else (Reference("person", Address(of, VersionNumber(1))),)
    command = RegisterSchema(name, SchemaFormat.AVRO, text, publisher_id=publisher, references=references)
    return bench.native.register(command, CALLER).address


@pytest.mark.parametrize("texts", [(PLAIN, DESCRIBED), (DESCRIBED, PLAIN)])
def test_native_schemas_of_one_fingerprint_are_found_by_their_own_texts(bench: Bench, texts: tuple[str, str]) -> None:
    for name, text in zip(("one", "two"), texts, strict=True):
        publish(bench, name, text, publisher=name)
    for at, (name, text) in enumerate(zip(("one", "two"), texts, strict=True), 1):
        assert bench.lookup(name, text).number == 1
        assert bench.register(name, text).added is False
        assert (newest(bench, name).text, newest(bench, name).global_id) == (text, at)
        assert bench.subjects.catalogue.identified(GlobalId(at)).version.text == text
        assert bench.add("other", text) == (at, at)
    assert len({newest(bench, name).guid for name in ("one", "two")}) == 2
    assert len({newest(bench, name).fingerprint for name in ("one", "two", "other")}) == 1


def test_native_schemas_with_references_to_equal_texts_are_contents_of_their_own(bench: Bench) -> None:
    first, second = (publish(bench, name, PLAIN, publisher=name).schema_id for name in ("one", "two"))
    for name, of in (("by one", first), ("by two", second)):
        publish(bench, name, ORDER, publisher=name, of=of)
    for name, subject in (("by one", "one"), ("by two", "two")):
        sent = (("person", subject, 1),)
        assert bench.lookup_draft(name, draft(ORDER, sent)).number == 1
        assert bench.register(name, ORDER, references=sent).added is False
        assert [each.subject for each in newest(bench, name).references] == [subject]
        found = bench.subjects.catalogue.identified(newest(bench, name).global_id).version
        assert [each.subject for each in found.references] == [subject]


def test_native_schema_is_found_again_by_any_of_its_spellings(bench: Bench) -> None:
    at = publish(bench, "one", PLAIN, publisher="p")
    bench.register("one", DESCRIBED)
    assert publish(bench, "two", DESCRIBED, publisher="p") == (at.schema_id, 2)
    assert bench.native.update(AddVersion(at.schema_id, record("a", doc="another")), CALLER).number == 2


def test_publisher_finds_a_text_that_another_spelt_first(bench: Bench) -> None:
    publish(bench, "one", PLAIN, publisher="p")
    at = publish(bench, "two", DESCRIBED, publisher="q")
    assert publish(bench, "three", record("a", doc="another"), publisher="q") == at


def test_schema_hash_is_the_same_with_default_metadata(bench: Bench) -> None:
    first = publish(bench, "one", PLAIN, publisher="p")
    bench.configure("", default_metadata=Metadata(properties={"owner": "team"}))
    second = publish(bench, "two", PLAIN, publisher="q")
    assert bench.native.version(*first).fingerprint == bench.native.version(*second).fingerprint
    assert newest(bench, "two").metadata == Metadata(properties={"owner": "team"})
    assert newest(bench, "one").global_id != newest(bench, "two").global_id
