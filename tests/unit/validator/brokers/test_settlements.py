"""Which positions may be committed."""

from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.validator.brokers.settlements import Log, Settlements
from sluicegate.validator.model import Message

A, B = ("t", 0), ("t", 1)


def place(each: Message) -> tuple[Log, int]:
    found: tuple[Log, int] = cast("tuple[Log, int]", each.position)
    return found


def messages(*places: tuple[Log, int]) -> list[Message]:
    return [Message(b"", None, [], 0, each) for each in places]


def ends(batch: list[Message]) -> dict[Log, int]:
    return {log: offset + 1 for log, offset in map(place, batch)}


def received(settlements: Settlements, *places: tuple[Log, int]) -> list[Message]:
    batch = messages(*places)
    settlements.received(batch, ends(batch))
    return batch


def test_whole_batches_move_to_their_ends() -> None:
    settlements = Settlements(place)
    first = received(settlements, (A, 3), (B, 7))
    second = received(settlements, (A, 4))

    settlements.settle(first)
    assert settlements.take() == {A: 4, B: 8}
    settlements.settle(second)
    assert settlements.take() == {A: 5}
    assert settlements.take() == {}


def test_a_later_batch_waits_for_an_earlier_one() -> None:
    settlements = Settlements(place)
    first = received(settlements, (A, 3))
    second = received(settlements, (A, 4), (B, 1))

    settlements.settle(second)
    assert settlements.take() == {B: 2}
    settlements.settle(first)
    assert settlements.take() == {A: 5}


def test_offsets_may_have_holes_as_compacted_topics_have() -> None:
    settlements = Settlements(place)
    batch = received(settlements, (A, 3), (A, 10), (A, 11))

    settlements.settle(batch[:2])

    assert settlements.take() == {A: 11}


def test_what_was_forgotten_is_not_committed_though_it_is_settled_later() -> None:
    settlements = Settlements(place)
    batch = received(settlements, (A, 3), (B, 7))

    settlements.forget([A])
    settlements.settle(batch)

    assert settlements.take() == {B: 8}


def test_messages_of_logs_that_are_not_ours_count_nothing() -> None:
    settlements = Settlements(place)
    batch = messages((A, 3), (B, 7))
    settlements.received(batch, {A: 4})

    settlements.settle(list(batch))

    assert settlements.take() == {A: 4}


def test_positions_can_be_taken_for_some_logs_alone() -> None:
    settlements = Settlements(place)
    settlements.settle(received(settlements, (A, 3), (B, 7)))

    assert settlements.take({A}) == {A: 4}
    assert settlements.take() == {B: 8}


def test_the_first_open_offset_is_known() -> None:
    settlements = Settlements(place)
    batch = received(settlements, (A, 3), (A, 4), (B, 7))
    settlements.settle(batch[:1])

    assert (settlements.first_open(A), settlements.first_open(B), settlements.first_open(("t", 2))) == (4, 7, None)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from([A, B]), max_size=5), max_size=6), st.data())
def test_a_commit_never_passes_an_open_message(shape: list[list[Log]], data: st.DataObject) -> None:
    """For every order of acknowledgements, each log is at its first open message, or its end."""
    settlements, offsets = Settlements(place), {A: 0, B: 0}
    committed, open_places, whole = {A: 0, B: 0}, [], []
    for logs in shape:
        batch = []
        for log in logs:
            batch.append((log, offsets[log]))
            offsets[log] += 1
        found = received(settlements, *batch)
        whole.append(found)
        open_places += batch
    order = data.draw(
        st.permutations([[each] for batch in whole for each in batch] if data.draw(st.booleans()) else whole)
    )
    for part in order:
        settlements.settle(part)
        for each in part:
            open_places.remove(place(each))
        committed |= settlements.take()
        for log, position in committed.items():
            first_open = min((offset for other, offset in open_places if other == log), default=offsets[log])
            assert position == first_open
