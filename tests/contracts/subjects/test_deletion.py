"""Deletion as a state machine: active, softly deleted, gone."""

from collections.abc import Callable

import pytest

from sluicegate.registry_api.core.commands import Deleted
from sluicegate.registry_api.core.errors import RegistryError
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Mode
from sluicegate.registry_api.core.subject_errors import (
    ContentNotFound,
    ReferenceExists,
    SubjectNotFound,
    SubjectNotSoftDeleted,
    SubjectSoftDeleted,
    SubjectVersionNotFound,
    VersionNotSoftDeleted,
    VersionSoftDeleted,
)
from sluicegate.shared.model import CompatibilityMode, GlobalId, VersionNumber
from tests.contracts.subjects.conftest import Bench, record

ONE, TWO, THREE = record("a"), record("a", "b"), record("a", "b", "c")
ORDER = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
Act = Callable[[Bench], object]
Expected = type[RegistryError] | object


def registered(bench: Bench) -> None:
    """Two versions."""
    bench.add("s", ONE)
    bench.add("s", TWO)


def half_deleted(bench: Bench) -> None:
    """Version 1 deleted softly."""
    registered(bench)
    bench.delete_version("s", 1)


def deleted(bench: Bench) -> None:
    """Both deleted softly."""
    registered(bench)
    bench.delete("s")


def gone(bench: Bench) -> None:
    """Both removed."""
    deleted(bench)
    bench.delete("s", permanent=True)


def nothing(_: Bench) -> None:
    """Nothing was ever there."""


SOFT: Act = lambda bench: bench.delete("s")  # noqa: E731 - rows of a table
HARD: Act = lambda bench: bench.delete("s", permanent=True)  # noqa: E731
SOFT_1: Act = lambda bench: bench.delete_version("s", 1)  # noqa: E731
HARD_1: Act = lambda bench: bench.delete_version("s", 1, permanent=True)  # noqa: E731
SOFT_9: Act = lambda bench: bench.delete_version("s", 9)  # noqa: E731
SOFT_LATEST: Act = lambda bench: bench.delete_version("s", -1)  # noqa: E731
HARD_LATEST: Act = lambda bench: bench.delete_version("s", -1, permanent=True)  # noqa: E731

TRANSITIONS = [
    (nothing, SOFT, SubjectNotFound),
    (nothing, HARD, SubjectNotFound),
    (nothing, SOFT_1, SubjectNotFound),
    (nothing, HARD_1, SubjectNotFound),
    (registered, SOFT, (1, 2)),
    (registered, HARD, SubjectNotSoftDeleted),
    (registered, SOFT_1, 1),
    (registered, HARD_1, VersionNotSoftDeleted),
    (registered, SOFT_9, SubjectVersionNotFound),
    (registered, SOFT_LATEST, 2),
    (registered, HARD_LATEST, VersionNotSoftDeleted),
    (half_deleted, SOFT, (2,)),
    (half_deleted, HARD, SubjectNotSoftDeleted),
    (half_deleted, SOFT_1, VersionSoftDeleted),
    (half_deleted, HARD_1, 1),
    (deleted, SOFT, SubjectSoftDeleted),
    (deleted, HARD, (1, 2)),
    (deleted, SOFT_1, VersionSoftDeleted),
    (deleted, HARD_1, 1),
    (deleted, SOFT_LATEST, SubjectVersionNotFound),
    (gone, SOFT, SubjectNotFound),
    (gone, HARD, SubjectNotFound),
    (gone, SOFT_1, SubjectNotFound),
]


@pytest.mark.parametrize(("before", "act", "expected"), TRANSITIONS)
def test_transitions(bench: Bench, before: Callable[[Bench], None], act: Act, expected: Expected) -> None:
    before(bench)
    if isinstance(expected, type):
        with pytest.raises(expected):
            act(bench)
    else:
        assert act(bench) == expected


@pytest.mark.parametrize(
    ("before", "there", "with_deleted"),
    [(registered, (1, 2), (1, 2)), (half_deleted, (2,), (-1, 2)), (deleted, None, (-1, -2)), (gone, None, None)],
)
def test_what_is_seen(
    bench: Bench, before: Callable[[Bench], None], there: tuple[int, ...] | None, with_deleted: tuple[int, ...] | None
) -> None:
    before(bench)
    assert seen(bench, Deleted.EXCLUDED) == there
    assert seen(bench, Deleted.NEGATIVE) == with_deleted
    assert bench.subjects.catalogue.subjects() == (("s",) if there else ())
    assert bench.subjects.catalogue.subjects(deleted=Deleted.INCLUDED) == (("s",) if with_deleted else ())
    assert bench.subjects.catalogue.subjects(deleted=Deleted.ONLY) == (("s",) if with_deleted and not there else ())


def seen(bench: Bench, wanted: Deleted) -> tuple[int, ...] | None:
    """The numbers; None where there is no subject."""
    try:
        return bench.numbers("s", deleted=wanted)
    except SubjectNotFound:
        return None


def test_ids_survive_soft_deletion_and_vanish_with_the_last_version(bench: Bench) -> None:
    registered(bench)
    bench.add("t", ONE)
    bench.delete("s")
    assert [text_of(bench, 1), text_of(bench, 2)] == [ONE, TWO]
    bench.delete("s", permanent=True)
    assert text_of(bench, 1) == ONE, "t has it"
    with pytest.raises(ContentNotFound):
        text_of(bench, 2)
    bench.delete("t")
    bench.delete("t", permanent=True)
    with pytest.raises(ContentNotFound):
        text_of(bench, 1)


def text_of(bench: Bench, global_id: int) -> str:
    """The text of an id."""
    return bench.subjects.catalogue.identified(GlobalId(global_id)).version.text


def test_numbers_go_on_after_soft_deletion_and_begin_again_after_the_other(bench: Bench) -> None:
    deleted(bench)
    assert bench.add("s", THREE) == (3, 3)
    bench.delete("s")
    bench.delete("s", permanent=True)
    assert bench.add("s", ONE) == (4, 1), "ids are never given out again"


def test_number_of_a_removed_version_is_never_given_out_again(bench: Bench) -> None:
    registered(bench)
    bench.delete_version("s", 2)
    bench.delete_version("s", 2, permanent=True)
    assert bench.add("s", THREE) == (3, 3)


def test_what_was_deleted_comes_back_under_a_new_number_in_the_place_of_the_old_one(bench: Bench) -> None:
    half_deleted(bench)
    assert bench.add("s", ONE, force=True) == (1, 3)
    assert bench.numbers("s", deleted=Deleted.NEGATIVE) == (2, 3)


def test_a_deleted_version_that_is_referred_to_stays_beside_the_new_one(bench: Bench) -> None:
    bench.add("people", ONE)
    bench.add("orders", ORDER, references=(("person", "people", 1),))
    bench.delete("orders")
    bench.delete("people")
    assert bench.add("people", ONE) == (1, 2)
    assert bench.numbers("people", deleted=Deleted.NEGATIVE) == (-1, 2)


def test_compatibility_does_not_look_at_deleted_versions(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.delete("s")
    assert bench.add("s", record("z")) == (2, 2)


def test_what_is_referred_to_cannot_be_deleted(bench: Bench) -> None:
    bench.add("people", ONE)
    bench.add("orders", ORDER, references=(("person", "people", 1),))
    for act in (lambda: bench.delete("people"), lambda: bench.delete_version("people", 1)):
        with pytest.raises(ReferenceExists, match=r"\{magic=1,keytype=SCHEMA,subject=people,version=1\}\."):
            act()
    assert bench.subjects.catalogue.referrers(SubjectName.parse("people"), VersionNumber(1)) == (2,)
    bench.delete("orders")
    assert bench.subjects.catalogue.referrers(SubjectName.parse("people"), VersionNumber(1)) == ()
    bench.delete("people")
    with pytest.raises(ReferenceExists):
        bench.delete("people", permanent=True)
    bench.delete("orders", permanent=True)
    assert bench.delete("people", permanent=True) == (1,)


def test_a_subject_may_refer_to_itself_and_be_deleted_whole(bench: Bench) -> None:
    bench.configure("s", compatibility=CompatibilityMode.NONE)
    bench.add("s", ONE)
    bench.add("s", ORDER, references=(("person", "s", 1),))
    with pytest.raises(ReferenceExists):
        bench.delete_version("s", 1)
    assert bench.delete("s") == (1, 2)
    assert bench.delete("s", permanent=True) == (1, 2)


def test_settings_survive_soft_deletion_and_go_with_the_last_version(bench: Bench) -> None:
    registered(bench)
    bench.configure("s", compatibility=CompatibilityMode.FULL)
    bench.set_mode("s", Mode.READWRITE)
    bench.delete("s")
    scopes = bench.store.scopes(SubjectName.parse("s")).subject
    assert (scopes.config and scopes.config.compatibility, scopes.mode) == (CompatibilityMode.FULL, Mode.READWRITE)
    bench.delete("s", permanent=True)
    scopes = bench.store.scopes(SubjectName.parse("s")).subject
    assert (scopes.config, scopes.mode) == (None, None)
