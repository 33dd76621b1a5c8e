"""Schemas on disk, for when the registry is away."""

import os
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import GlobalId, SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.model import CONTENT, NotFound, SchemaRef, StoredSchema, Unavailable
from sluicegate.validator.registry.snapshot import SnapshotSchemas, SnapshotUnusable, WhoseSchemas
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import stored

ONE = SchemaRef(SchemaId(1), VersionNumber(1), None)
LATEST = SchemaRef(SchemaId(1), None, None)
RICH = StoredSchema(
    SchemaId(1),
    VersionNumber(1),
    SchemaFormat.PROTOBUF,
    SchemaSource(
        "text", (NamedSource("a", SchemaSource("b", (NamedSource("c", SchemaSource("d")),)), "f"),), b"\0\xff"
    ),
)
BY_ID = StoredSchema(SchemaId(7), CONTENT, SchemaFormat.JSON, SchemaSource("{}"))


def down() -> FakeSchemas:
    schemas = FakeSchemas()
    schemas.down = True
    return schemas


def test_what_was_found_is_there_when_the_registry_is_away_whoever_found_it(tmp_path: Path) -> None:
    first = SnapshotSchemas(FakeSchemas(RICH, BY_ID), tmp_path)
    assert first.find(ONE) == RICH
    first.content(GlobalId(7))
    first.content_by_guid(UUID(int=7))

    later = SnapshotSchemas(down(), tmp_path)

    assert later.find(ONE) == RICH
    assert later.content(GlobalId(7)) == BY_ID
    assert later.content_by_guid(UUID(int=7)) == BY_ID
    assert not later.available


def test_the_latest_is_kept_as_the_version_that_it_is_and_never_guessed(tmp_path: Path) -> None:
    SnapshotSchemas(FakeSchemas(stored()), tmp_path).find(LATEST)

    later = SnapshotSchemas(down(), tmp_path)

    assert later.find(ONE) == stored()
    assert isinstance(later.find(LATEST), Unavailable)


def test_the_registry_comes_first_while_it_answers(tmp_path: Path) -> None:
    SnapshotSchemas(FakeSchemas(stored()), tmp_path).find(ONE)

    assert isinstance(SnapshotSchemas(FakeSchemas(), tmp_path).find(ONE), NotFound)


def test_what_was_never_found_is_not_there(tmp_path: Path) -> None:
    assert isinstance(SnapshotSchemas(down(), tmp_path).find(ONE), Unavailable)


@pytest.mark.parametrize("damage", [b"", b"{", b'{"schema_id":1}', b"\xff"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    SnapshotSchemas(FakeSchemas(stored()), tmp_path).find(ONE)
    (file,) = tmp_path.rglob("*.json")
    file.write_bytes(damage)

    with capture_logs() as logs:
        assert isinstance(SnapshotSchemas(down(), tmp_path).find(ONE), Unavailable)
    assert "cannot be read" in logs[0]["event"]


def test_a_disk_that_takes_nothing_stops_nothing(tmp_path: Path) -> None:
    subject = SnapshotSchemas(FakeSchemas(stored()), tmp_path / "folder")
    (tmp_path / "folder").rmdir()

    with capture_logs() as logs:
        assert subject.find(ONE) == stored()
    assert "cannot be kept" in logs[0]["event"]


def test_a_folder_that_cannot_be_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SnapshotUnusable, match=r"registry\.snapshot"):
        SnapshotSchemas(FakeSchemas(), tmp_path / "file" / "folder")


FIRST, SECOND = "6e2bb0a6-0000-4000-8000-000000000001", "6e2bb0a6-0000-4000-8000-000000000002"


def whose(identity: str | None, address: str = "http://a/") -> WhoseSchemas:
    return WhoseSchemas(address, lambda: identity)


def test_registries_that_share_a_folder_do_not_share_schemas(tmp_path: Path) -> None:
    SnapshotSchemas(FakeSchemas(stored(text="1")), tmp_path, whose(FIRST, "http://a/")).find(ONE)
    SnapshotSchemas(FakeSchemas(stored(text="2")), tmp_path, whose(SECOND, "http://b/")).find(ONE)

    for address, text in (("http://a/", "1"), ("http://b/", "2")):
        assert SnapshotSchemas(down(), tmp_path, whose(None, address)).find(ONE) == stored(text=text)
    assert isinstance(SnapshotSchemas(down(), tmp_path, whose(None, "http://c/")).find(ONE), Unavailable)


def test_address_that_leads_to_another_registry_gives_no_schema_of_the_first(tmp_path: Path) -> None:
    identity: list[str | None] = [FIRST]
    registry = FakeSchemas(stored())
    subject = SnapshotSchemas(registry, tmp_path, WhoseSchemas("http://a/", lambda: identity[0]))
    assert subject.find(ONE) == stored()

    registry.down, identity[0] = True, SECOND
    assert isinstance(subject.find(ONE), Unavailable)
    assert isinstance(SnapshotSchemas(down(), tmp_path, whose(None)).find(ONE), Unavailable)
    identity[0] = FIRST
    assert subject.find(ONE) == stored()


def test_registry_without_an_identity_is_known_by_its_address(tmp_path: Path) -> None:
    SnapshotSchemas(FakeSchemas(stored()), tmp_path, whose("")).find(ONE)

    assert SnapshotSchemas(down(), tmp_path, whose(None)).find(ONE) == stored()
    assert isinstance(SnapshotSchemas(down(), tmp_path, whose(None, "http://b/")).find(ONE), Unavailable)


def test_schema_that_could_not_be_written_is_written_later(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    subject = SnapshotSchemas(FakeSchemas(stored()), folder, whose(FIRST))
    folder.rmdir()
    folder.write_text("a file in its place")
    subject.find(ONE)
    folder.unlink()
    folder.mkdir()

    subject.find(ONE)

    assert SnapshotSchemas(down(), folder, whose(None)).find(ONE) == stored()


def test_leftovers_of_killed_writers_are_removed(tmp_path: Path) -> None:
    (tmp_path / FIRST).mkdir()
    old, new = tmp_path / FIRST / ".old.new", tmp_path / ".new.new"
    for file in (old, new):
        file.write_text("half of")
    os.utime(old, (1, 1))

    SnapshotSchemas(FakeSchemas(), tmp_path, whose(FIRST))

    assert not old.exists()
    assert new.exists(), "it may still be written"


@pytest.mark.parametrize("damage", [bytes(36), b"\xff\xfe", b"a" * 5_000, b""])
def test_a_damaged_note_of_the_identity_stops_nothing(tmp_path: Path, damage: bytes) -> None:
    SnapshotSchemas(FakeSchemas(stored()), tmp_path, whose(FIRST)).find(ONE)
    next(tmp_path.glob("registry-*.txt")).write_bytes(damage)

    assert isinstance(SnapshotSchemas(down(), tmp_path, whose(None)).find(ONE), Unavailable)
