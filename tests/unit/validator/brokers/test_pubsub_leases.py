"""Which messages of a subscription may be acknowledged, and which are to be kept."""

from sluicegate.validator.brokers.pubsub.leases import LeasedDelivery, Leases


def delivery(number: int, key: str = "", until: float = 60.0, limit: float = 3600.0) -> LeasedDelivery:
    return LeasedDelivery(f"ack-{number}", f"id-{number}", key, 10, until, limit)


def leases(*deliveries: LeasedDelivery) -> Leases:
    made = Leases()
    made.add(deliveries)
    return made


def test_messages_without_a_key_are_each_for_themselves() -> None:
    every = [delivery(number) for number in range(3)]
    open_ones = leases(*every)

    assert open_ones.settle([every[2]]) == ["ack-2"]
    assert (len(open_ones), open_ones.size) == (2, 20)


def test_messages_of_a_key_wait_for_those_before_them() -> None:
    every = [delivery(number, "k") for number in range(3)]
    open_ones = leases(*every, delivery(3, "other"))

    assert open_ones.settle(every[1:]) == []
    assert open_ones.settle([every[0]]) == ["ack-0", "ack-1", "ack-2"]
    assert [each.ack_id for each in open_ones.deliveries] == ["ack-3"]


def test_what_is_settled_twice_is_acknowledged_once() -> None:
    for key in ("", "k"):
        one = delivery(1, key)
        open_ones = leases(one)

        assert open_ones.settle([one, one]) == ["ack-1"]
        assert open_ones.settle([one]) == []
        assert (len(open_ones), open_ones.size) == (0, 0)


def test_a_message_that_comes_again_is_another_one() -> None:
    first, again = delivery(1, "k"), delivery(2, "k")
    open_ones = leases(first, again)

    assert open_ones.settle([again]) == []
    assert open_ones.settle([first]) == ["ack-1", "ack-2"]


def test_leases_are_due_before_they_end_and_not_for_ever() -> None:
    fresh, due, gone, old = (
        delivery(1, until=100.0),
        delivery(2, until=60.0),
        delivery(3, until=40.0),
        delivery(4, until=60.0, limit=50.0),
    )

    assert leases(fresh, due, gone, old).due(now=50.0, margin=30.0) == [due]
