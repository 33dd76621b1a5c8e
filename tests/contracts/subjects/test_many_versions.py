"""A subject with more versions than are read with their texts."""

import pytest

from sluicegate.registry_api.core.metadata import Metadata
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.subject_errors import SubjectIncompatible
from sluicegate.shared.model import CompatibilityMode
from tests.contracts.subjects.conftest import Bench, record

MANY = 25


def text(number: int) -> str:
    """The text of a version."""
    return record("a", *(f"b{each}" for each in range(number)))


@pytest.fixture
def full(bench: Bench) -> Bench:
    """Versions 1 to 25, the fifth of another owner."""
    for number in range(1, MANY + 1):
        owner = "team" if number == 5 else "all"
        bench.add("s", text(number), metadata=Metadata(properties={"owner": owner}))
    return bench


def test_every_version_is_found_with_its_text(full: Bench) -> None:
    for number in (1, 5, 24, 25):
        owner = "team" if number == 5 else "all"
        done = full.register("s", text(number), metadata=Metadata(properties={"owner": owner}))
        assert (done.added, done.version.number, done.version.text) == (False, number, text(number))
    found = full.subjects.catalogue.newest_with(SubjectName.parse("s"), {"owner": "team"})
    assert (found.number, found.text) == (5, text(5))


def test_transitive_modes_look_at_all_of_them(full: Bench) -> None:
    full.configure("s", compatibility=CompatibilityMode.FORWARD_TRANSITIVE)
    odd = text(30).replace(
        '"name":"b3","type":"string","default":""', '"name":"b3","type":["string","null"],"default":""'
    )
    with pytest.raises(SubjectIncompatible) as refused:
        full.add("s", odd)
    (failure,) = refused.value.report.failures
    assert (failure.number, failure.text) == (25, text(25))
    full.configure("s", compatibility=CompatibilityMode.BACKWARD_TRANSITIVE)
    assert full.add("s", odd, metadata=Metadata(properties={"owner": "all"})) == (26, 26)


def test_what_an_old_version_does_not_fit_is_named_with_its_text(full: Bench) -> None:
    """Version 1 alone has no b1."""
    full.configure("s", compatibility=CompatibilityMode.BACKWARD_TRANSITIVE)
    bare = text(25).replace('"name":"b1","type":"string","default":""', '"name":"b1","type":"string"')
    with pytest.raises(SubjectIncompatible) as refused:
        full.add("s", bare)
    (failure,) = refused.value.report.failures
    assert (failure.number, failure.text) == (1, text(1))
