"""Numbers are given out once in the life of a subject, ids once in the life of a registry."""

import pytest

from sluicegate.registry_api.core.commands import AddVersion, Deleted
from sluicegate.registry_api.core.errors import NotPermitted
from sluicegate.registry_api.core.metadata import Metadata
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Mode
from sluicegate.registry_api.core.subject_errors import ContentNotFound, IdTaken, NumberTaken, ReferenceExists
from sluicegate.shared.model import CompatibilityMode, GlobalId, SchemaId, VersionNumber
from tests.contracts.subjects.conftest import CALLER, Bench, record

ONE, TWO, THREE, FOUR = record("a"), record("a", "b"), record("a", "b", "c"), record("a", "b", "c", "d")
ORDER = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
HIGHEST_ID = 2**31 - 1
IMPORTED_IDS = 2**30


def purge(bench: Bench, subject: str, *numbers: int) -> None:
    """Remove versions for good; no number: the subject."""
    for permanent in (False, True):
        for number in numbers:
            bench.delete_version(subject, number, permanent=permanent)
        if not numbers:
            bench.delete(subject, permanent=permanent)


def schema_id(bench: Bench, subject: str) -> int:
    """The native id of a subject."""
    found = bench.store.state(SubjectName.parse(subject)).schema_id
    assert found is not None
    return found


def importing(bench: Bench, subject: str = "s") -> None:
    """Have ids and numbers come with registrations."""
    bench.set_mode(subject, Mode.IMPORT, force=True)


@pytest.mark.parametrize("gone", [(2,), (1,), (1, 2)])
def test_number_of_a_removed_version_stays_taken(bench: Bench, gone: tuple[int, ...]) -> None:
    for text in (ONE, TWO, THREE):
        bench.add("s", text)
    purge(bench, "s", 3, *gone)
    if len(gone) < 2:
        assert bench.add("s", FOUR)[1] == 4
        purge(bench, "s", 4)
        assert bench.native.update(AddVersion(SchemaId(schema_id(bench, "s")), FOUR), CALLER).number == 5


def test_removed_subject_begins_again_under_a_new_native_id(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.add("s", TWO)
    before = schema_id(bench, "s")
    purge(bench, "s")
    assert bench.add("s", THREE)[1] == 1
    assert schema_id(bench, "s") != before


def test_subject_whose_versions_were_removed_one_by_one_begins_again(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.add("s", TWO)
    before = schema_id(bench, "s")
    purge(bench, "s", 1, 2)
    assert bench.add("s", THREE)[1] == 1
    assert schema_id(bench, "s") != before


def test_version_replaced_by_a_newer_one_of_its_content_stays_retired(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.add("s", TWO)
    bench.delete_version("s", 1)
    assert bench.add("s", ONE, force=True) == (1, 3)
    bench.configure("s", compatibility=CompatibilityMode.NONE)
    importing(bench)
    with pytest.raises(NumberTaken):
        bench.add("s", THREE, global_id=9, number=1)
    assert bench.add("s", ONE, global_id=1, number=1) == (1, 1)
    assert bench.numbers("s") == (1, 2, 3)


def test_removed_id_is_for_its_own_content_alone(bench: Bench) -> None:
    bench.add("s", ONE)
    guid = bench.lookup("s", ONE).guid
    bench.add("t", TWO)
    purge(bench, "s")
    with pytest.raises(ContentNotFound):
        bench.subjects.catalogue.ids_of_guid(guid)
    importing(bench)
    for text, metadata in ((THREE, None), (ONE, Metadata(properties={"a": "b"}))):
        with pytest.raises(IdTaken, match=r"Overwrite new schema with id 1 in context  is not permitted\."):
            bench.add("s", text, global_id=1, number=1, metadata=metadata)
    assert bench.add("s", ONE, global_id=1, number=1) == (1, 1)
    found = bench.subjects.catalogue.identified(GlobalId(1)).version
    assert (found.text, found.guid) == (ONE, guid)


def test_removed_id_is_not_given_to_the_same_content_without_being_asked_for(bench: Bench) -> None:
    bench.add("s", ONE)
    purge(bench, "s")
    assert bench.add("s", ONE) == (2, 1)


def test_ids_of_a_deleted_context_stay_taken(bench: Bench) -> None:
    bench.add(":.c:s", ONE)
    purge(bench, ":.c:s")
    bench.subjects.settings.delete_context(".c", CALLER)
    assert bench.subjects.catalogue.contexts() == (".",)
    assert bench.add(":.c:s", TWO) == (2, 1)


def test_removed_native_schema_keeps_its_id(bench: Bench) -> None:
    bench.native_register("s", ONE)
    purge(bench, "s")
    importing(bench)
    with pytest.raises(IdTaken):
        bench.add("s", TWO, global_id=1, number=1)
    assert bench.add("s", ONE, global_id=1, number=1) == (1, 1)


def test_number_is_never_another_contents(bench: Bench) -> None:
    for text in (ONE, TWO, THREE):
        bench.add("s", text)
    purge(bench, "s", 2)
    bench.delete_version("s", 3)
    importing(bench)
    for number in (1, 2, 3):  # active, removed, soft-deleted
        with pytest.raises(NumberTaken, match="a number is given out once"):
            bench.add("s", FOUR, global_id=9, number=number)
    assert bench.numbers("s", deleted=Deleted.NEGATIVE) == (1, -3)
    assert bench.add("s", TWO, global_id=2, number=2) == (2, 2)
    assert bench.add("s", THREE, global_id=3, number=3) == (3, 3)
    assert bench.register("s", ONE, global_id=1, number=1).added is False
    assert bench.numbers("s") == (1, 2, 3)


def test_import_brings_no_referenced_version_back(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.add("orders", ORDER, references=(("person", "s", 1),))
    bench.delete("orders")
    bench.delete("s")
    importing(bench)
    with pytest.raises(ReferenceExists):
        bench.add("s", ONE, global_id=1, number=1)


@pytest.mark.parametrize(
    ("imported", "following"), [(HIGHEST_ID, 3), (IMPORTED_IDS, 3), (IMPORTED_IDS - 2, IMPORTED_IDS - 1)]
)
def test_imported_id_leaves_ids_for_others(bench: Bench, imported: int, following: int) -> None:
    bench.add("s", ONE)
    bench.add("s", TWO)
    importing(bench, "t")
    assert bench.add("t", THREE, global_id=imported, number=1) == (imported, 1)
    assert bench.add("s", FOUR)[0] == following


def test_import_of_the_last_id_leaves_free_ones(bench: Bench) -> None:
    importing(bench, "t")
    bench.add("t", ONE, global_id=IMPORTED_IDS - 1, number=1)
    given = {bench.add("s", record(*"abcdef"[: count + 2]))[0] for count in range(4)}
    assert len(given) == 4
    assert all(0 < each < IMPORTED_IDS - 1 for each in given)


@pytest.mark.parametrize("number", [2**30 + 1, 2**31 - 1])
def test_import_leaves_numbers_for_the_versions_that_follow(bench: Bench, number: int) -> None:
    importing(bench)
    with pytest.raises(NotPermitted, match="The highest number is 1073741824"):
        bench.add("s", ONE, global_id=1, number=number)
    assert bench.add("s", ONE, global_id=1, number=2**30) == (1, 2**30)
    bench.set_mode("s", Mode.READWRITE)
    assert bench.add("s", TWO) == (2, 2**30 + 1)
    assert bench.subjects.catalogue.version(SubjectName.parse("s"), VersionNumber(2**30 + 1)).text == TWO
