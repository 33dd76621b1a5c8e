"""Commits that fail: they are repeated, and a refusal stops the reading until one counts."""

from sluicegate.validator.brokers.kafka.commits import PAUSE_SECONDS, Commits
from tests.fakes.clock import FakeClock

A, B = ("t", 0), ("t", 1)


def test_failed_positions_are_committed_again_after_a_pause() -> None:
    commits = Commits(clock := FakeClock())
    commits.rejected({A: 5, B: 7}, "coordinator unavailable", forbidden=False)

    assert commits.due({A: 6}) == {}
    assert not commits.refused
    clock.advance(PAUSE_SECONDS)
    assert commits.due({}) == {A: 6, B: 7}
    assert commits.due({A: 8}) == {A: 8}


def test_a_failure_never_hides_a_later_position() -> None:
    commits = Commits(clock := FakeClock())
    commits.rejected({A: 5, B: 5}, "late", forbidden=False)
    commits.accepted({A: 9, B: 4})
    commits.rejected({B: 3}, "later still", forbidden=False)
    clock.advance(PAUSE_SECONDS)

    assert commits.due({}) == {B: 5}


def test_a_refusal_lasts_until_a_commit_counts() -> None:
    commits = Commits(clock := FakeClock())
    commits.rejected({A: 5}, "Group authorization failed", forbidden=True)
    clock.advance(PAUSE_SECONDS)
    assert (commits.due({}), commits.refused) == ({A: 5}, True)

    commits.accepted({A: 5})

    assert not commits.refused


def test_lost_partitions_end_a_refusal() -> None:
    commits = Commits(FakeClock())
    commits.rejected({A: 5, B: 6}, "Group authorization failed", forbidden=True)

    commits.forget([A])
    refused = [commits.refused]
    commits.forget([B])
    refused.append(commits.refused)
    commits.rejected({}, "of lost partitions", forbidden=True)
    refused.append(commits.refused)

    assert refused == [True, False, False]
    assert commits.due({}) == {}


def test_failed_positions_go_with_their_partition() -> None:
    commits = Commits(FakeClock())
    commits.rejected({A: 5, B: 6}, "timed out", forbidden=False)

    assert commits.last({}, [A]) == {A: 5}
    assert commits.last({B: 8}, [B]) == {B: 8}
    assert commits.due({A: 1}) == {A: 1}
