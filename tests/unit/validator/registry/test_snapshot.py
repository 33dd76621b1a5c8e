"""Schemas on disk, for when the registry is away."""

from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from shared.formats.engine import NamedSource, SchemaSource
from shared.model import GlobalId, SchemaFormat, SchemaId, VersionNumber
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import stored
from validator.model import CONTENT, NotFound, SchemaRef, StoredSchema, Unavailable
from validator.registry.snapshot import SnapshotSchemas, SnapshotUnusable

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
    (file,) = tmp_path.iterdir()
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
