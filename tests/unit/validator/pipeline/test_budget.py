"""How many dead letters are too many."""

from sluicegate.validator.pipeline.budget import BudgetLimits, DeadLetterBudget


def budget(window: int = 100, max_ratio: float = 0.5) -> DeadLetterBudget:
    return DeadLetterBudget(BudgetLimits(window, max_ratio))


def test_up_to_the_ratio_is_fine() -> None:
    subject = budget()

    assert [subject.spend(10, 5) for _ in range(100)] == [None] * 100


def test_more_than_the_ratio_is_too_much_and_says_how_much() -> None:
    subject = budget()
    subject.spend(50, 25)

    why = subject.spend(50, 26)

    assert why is not None
    assert "51 of the last 100 messages" in why
    assert "50%" in why


def test_what_was_before_the_window_does_not_count() -> None:
    subject = budget()
    subject.spend(100, 50)
    for _ in range(10):
        assert subject.spend(10, 0) is None

    assert subject.spend(50, 50) is None
    assert subject.spend(1, 1) is not None


def test_a_window_that_is_not_full_is_judged_by_its_size() -> None:
    subject = budget()

    assert subject.spend(50, 50) is None
    assert subject.spend(1, 1) is not None


def test_a_batch_larger_than_the_window_counts_whole() -> None:
    assert budget(window=10).spend(1000, 500) is None
    assert budget(window=10).spend(1000, 501) is not None


def test_refused_messages_count_as_dead_letters_of_the_last_batch() -> None:
    subject = budget()
    subject.spend(100, 49)

    assert subject.spend_refused() is None
    assert subject.spend_refused() is not None
    assert subject.spend(100, 0) is None, "they leave the window with their batch"


def test_a_refused_message_before_any_batch_counts() -> None:
    assert budget(window=1, max_ratio=0).spend_refused() is not None
