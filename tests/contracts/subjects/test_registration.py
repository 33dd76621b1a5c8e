"""Registration and look-up: ids by context, numbers by subject, and identity."""

import pytest

from sluicegate.registry_api.core.commands import Query, RegisterSchema
from sluicegate.registry_api.core.metadata import Metadata
from sluicegate.registry_api.core.model import Address, Reference
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Mode
from sluicegate.registry_api.core.subject_errors import (
    ContentNotFound,
    DraftInvalid,
    NotPermitted,
    SubjectIncompatible,
    SubjectNameInvalid,
    SubjectNotFound,
)
from sluicegate.shared.model import CompatibilityMode, GlobalId, SchemaFormat, VersionNumber
from tests.contracts.subjects.conftest import CALLER, Bench, draft, record

ONE, TWO, THREE = record("a"), record("a", "b"), record("a", "b", "c")


def test_one_content_has_one_id_in_a_context_whatever_its_subject(bench: Bench) -> None:
    assert bench.add("s", ONE) == (1, 1)
    assert bench.add("t", ONE) == (1, 1)
    assert bench.add("s", TWO) == (2, 2)
    assert bench.add(":.c:s", TWO) == (1, 1)


def test_what_is_registered_is_found_and_not_added_again(bench: Bench) -> None:
    assert bench.register("s", ONE).added
    again = bench.register("s", ONE)
    assert (again.added, again.version.number) == (False, 1)
    assert bench.numbers("s") == (1,)


def test_whitespace_makes_no_other_schema_but_a_doc_does(bench: Bench) -> None:
    assert bench.add("s", ONE) == (1, 1)
    assert bench.add("s", ONE.replace(":", " : ")) == (1, 1)
    assert bench.add("s", record("a", doc="what it is for")) == (2, 2)
    assert bench.lookup("s", record("a", doc="what it is for")).number == 2
    assert bench.lookup("s", ONE).number == 1


def test_every_read_gives_back_what_was_registered(bench: Bench) -> None:
    spaced = ONE.replace(":", " : ")
    bench.add("s", spaced)
    assert bench.lookup("s", ONE).text == spaced
    assert bench.subjects.catalogue.identified(GlobalId(1)).version.text == spaced


def test_normalizing_keeps_the_normal_spelling(bench: Bench) -> None:
    text = '{"required":["b","a"],"type":"object"}'
    version = bench.register("s", text, kind=SchemaFormat.JSON, normalize=True).version
    assert version.text == '{"required":["a","b"],"type":"object"}'
    assert (
        bench.register("s", '{"type":"object","required":["a","b"]}', kind=SchemaFormat.JSON, normalize=True).added
        is False
    )


def test_metadata_makes_another_schema_of_a_text(bench: Bench) -> None:
    owned = Metadata(properties={"owner": "team"})
    assert bench.add("s", ONE) == (1, 1)
    assert bench.add("s", ONE, metadata=owned) == (2, 2)
    assert bench.add("t", ONE, metadata=owned) == (2, 1)


def test_an_incompatible_schema_is_refused(bench: Bench) -> None:
    bench.add("s", ONE)
    with pytest.raises(SubjectIncompatible) as refused:
        bench.add("s", record("b"))
    (failure,) = refused.value.report.failures
    assert (failure.number, failure.same_format, refused.value.report.compatibility) == (
        1,
        True,
        CompatibilityMode.BACKWARD,
    )
    assert bench.numbers("s") == (1,)


def test_a_schema_of_another_format_is_incompatible(bench: Bench) -> None:
    bench.add("s", ONE)
    with pytest.raises(SubjectIncompatible) as refused:
        bench.add("s", '{"type":"object"}', kind=SchemaFormat.JSON)
    assert not refused.value.report.failures[0].same_format


def test_force_leaves_out_the_comparison(bench: Bench) -> None:
    bench.add("s", ONE)
    assert bench.add("s", record("b"), force=True) == (2, 2)


def test_a_number_that_is_asked_for_must_be_the_next_one(bench: Bench) -> None:
    assert bench.add("s", ONE, number=1) == (1, 1)
    with pytest.raises(DraftInvalid, match="Version is not one more than previous version"):
        bench.add("s", TWO, number=3)
    assert bench.add("s", TWO, number=2) == (2, 2)


def test_an_asked_number_is_noted_in_the_metadata(bench: Bench) -> None:
    done = bench.register("s", ONE, number=-1)
    assert done.changed
    assert done.version.metadata == Metadata(properties={"confluent:version": "1"})
    assert bench.register("s", ONE).version.number == 1, "nobody sends the number along"


@pytest.mark.parametrize("text", [None, "", "  "])
def test_an_empty_text_means_the_newest_one(bench: Bench, text: str | None) -> None:
    with pytest.raises(DraftInvalid, match="Empty schema"):
        bench.add("s", text)
    bench.add("s", ONE)
    done = bench.register("s", text, metadata=Metadata(properties={"owner": "team"}))
    assert (done.version.text, done.version.number, done.changed) == (ONE, 2, True)


def test_metadata_is_inherited_and_between_defaults_and_overrides(bench: Bench) -> None:
    bench.add("s", ONE, metadata=Metadata(properties={"owner": "team"}))
    bench.configure("s", default_metadata=Metadata(properties={"owner": "nobody", "zone": "eu"}))
    bench.configure("s", override_metadata=Metadata(sensitive=frozenset({"owner"})))
    version = bench.register("s", TWO).version
    assert version.metadata == Metadata(properties={"owner": "team", "zone": "eu"}, sensitive=frozenset({"owner"}))


@pytest.mark.parametrize("name", ["__GLOBAL", "__EMPTY", "a\x01b", ":.__GLOBAL:s"])
def test_names_that_no_subject_may_have(bench: Bench, name: str) -> None:
    with pytest.raises(SubjectNameInvalid):
        bench.add(name, ONE)


def test_lookups_tell_a_missing_subject_from_a_missing_schema(bench: Bench) -> None:
    with pytest.raises(SubjectNotFound):
        bench.lookup("s", ONE)
    bench.add("s", ONE)
    with pytest.raises(ContentNotFound):
        bench.lookup("s", TWO)
    bench.delete("s")
    with pytest.raises(SubjectNotFound):
        bench.lookup("s", ONE)
    assert bench.lookup("s", ONE, deleted=True).number == 1


def test_a_lookup_in_the_default_context_looks_into_the_others(bench: Bench) -> None:
    bench.add(":.c:s", ONE)
    assert bench.lookup("s", ONE).subject == SubjectName(".c", "s")
    assert bench.subjects.catalogue.version(SubjectName.parse("s"), VersionNumber(1)).subject.context == ".c"


def test_references_stand_in_the_schema_s_own_context(bench: Bench) -> None:
    user = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
    bench.add(":.c:people", ONE)
    with pytest.raises(DraftInvalid):
        bench.add("orders", user, references=(("person", "people", 1),))
    bench.add(":.c:orders", user, references=(("person", "people", -1),))
    version = bench.lookup_draft(":.c:orders", draft(user, (("person", "people", 1),)))
    assert [(each.name, each.subject, each.number) for each in version.references] == [("person", "people", 1)]


def test_references_keep_their_order_which_counts_for_the_identity(bench: Bench) -> None:
    bench.add("people", ONE)
    bench.add("things", record("a", name="thing"))
    user = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"},{"name":"of","type":"thing"}]}'
    references = (("thing", "things", 1), ("person", "people", 1))
    first = bench.register("orders", user, references=references).version
    assert [each.name for each in first.references] == ["thing", "person"]
    again = bench.register("orders", user, references=references).version
    assert (again.number, again.references, again.guid) == (1, first.references, first.guid)
    assert bench.register("orders", user, references=references[::-1]).version.number == 2


def test_a_native_schema_with_references_is_known_by_its_fingerprint_until_it_has_a_guid(bench: Bench) -> None:
    user = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
    schema_id = bench.native_register("people", ONE)
    reference = Reference("person", Address(schema_id, VersionNumber(1)))
    bench.native.register(RegisterSchema("orders", SchemaFormat.AVRO, user, references=(reference,)), CALLER)
    assert bench.lookup_draft("orders", draft(user, (("person", "people", 1),))).global_id == 2
    assert bench.add("copies", user, references=(("person", "people", 1),)) == (2, 1)
    guid = bench.subjects.catalogue.version(SubjectName.parse("copies"), VersionNumber(1)).guid
    assert bench.subjects.catalogue.by_guid(guid).version.global_id == 2


def test_a_schema_that_writes_out_what_another_refers_to_is_that_schema(bench: Bench) -> None:
    user = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
    bench.add("people", ONE)
    bench.add("orders", user, references=(("person", "people", 1),))
    resolved = user.replace('"person"', ONE)
    assert bench.lookup("orders", resolved).number == 1
    assert bench.register("orders", resolved).added is False


def test_a_native_schema_is_a_subject_with_the_same_id_and_the_other_way_round(bench: Bench) -> None:
    bench.native_register("s", ONE)
    assert bench.add("t", ONE) == (1, 1)
    assert bench.add("s", TWO) == (2, 2)
    (schema,) = bench.native.search(Query(name="s")).schemas
    assert [(version.number, version.global_id) for version in schema.versions] == [(1, 1), (2, 2)]


def test_ids_come_with_the_schemas_in_import_mode_only(bench: Bench) -> None:
    with pytest.raises(NotPermitted, match="Subject s in context  is not in import mode"):
        bench.add("s", ONE, global_id=7)
    bench.set_mode("s", Mode.IMPORT)
    assert bench.add("s", ONE, global_id=7, number=3) == (7, 3)
    with pytest.raises(NotPermitted, match=r"Overwrite new schema with id 7 in context  is not permitted\."):
        bench.add("s", TWO, global_id=7, number=4)
    with pytest.raises(NotPermitted, match="Subject s in context  is not in read-write mode"):
        bench.add("s", TWO)
    assert bench.add("other", TWO) == (8, 1)
