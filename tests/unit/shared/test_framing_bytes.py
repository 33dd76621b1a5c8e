"""Confluent's frame, written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.framing import FRAME, frame, global_id, path
from sluicegate.shared.model import GlobalId

PATHS = st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=20).map(tuple)


@given(number=st.integers(0, 2**31 - 1), place=PATHS)
def test_frame_is_read_as_it_was_written(number: int, place: tuple[int, ...]) -> None:
    written = frame(GlobalId(number), place) + b"payload"
    assert global_id(written) == number
    assert path(written, FRAME) == (place, len(written) - len(b"payload"))


@pytest.mark.parametrize(
    ("place", "expected"), [((0,), b"\0"), ((1,), b"\x02\x02"), ((2, 1), b"\x04\x04\x02"), (None, b"")]
)
def test_place_is_written_as_confluents_serializers_write_it(place: tuple[int, ...] | None, expected: bytes) -> None:
    assert frame(GlobalId(258), place) == b"\0\0\0\1\2" + expected
