"""Instruments of the soak, and their limits."""

import os
import random

import pytest

from benchmarks.soak.latencies import Latencies
from benchmarks.soak.memory import Memory, growth
from benchmarks.soak.outcome import Limits, Outcome
from benchmarks.soak.reader import Account
from benchmarks.soak.traffic import Payloads, Schedule, bad, number_of


def latencies(*microseconds: int) -> Latencies:
    found = Latencies()
    for each in microseconds:
        found.add(each)
    return found


class TestLatencies:
    @pytest.mark.parametrize("percent", [1, 50, 90, 99, 99.9, 100])
    def test_a_percentile_is_at_most_a_part_in_64_above_the_exact_one(self, percent: float) -> None:
        chance = random.Random(7)
        values = sorted(int(chance.lognormvariate(9, 2)) for _ in range(20_000))
        exact = values[max(0, -int(-len(values) * percent // 100) - 1)]
        assert exact <= latencies(*values).percentile(percent) <= exact * (1 + 1 / 64)

    def test_small_values_are_exact(self) -> None:
        assert [latencies(value).percentile(50) for value in (0, 1, 63, 64, 127)] == [0, 1, 63, 64, 127]

    def test_what_is_larger_or_smaller_than_can_be_counted_counts_as_what_can(self) -> None:
        assert latencies(-5).percentile(100) == 0
        assert latencies(10**15).percentile(100) == 2**36 - 1

    def test_merged_they_are_as_if_they_had_been_one(self) -> None:
        one, other = latencies(1, 500, 90_000), latencies(3, 7_000_000)
        one.merge(other)
        assert one == latencies(1, 3, 500, 90_000, 7_000_000)

    def test_none_are_zero(self) -> None:
        assert Latencies().percentile(99) == 0


class TestMemory:
    def test_it_is_flat_when_the_last_quarter_is_as_the_second(self) -> None:
        assert growth([70, 90, 100, 100, 130, 100, 101, 99]) == 1.0

    def test_a_leak_shows(self) -> None:
        assert growth([100.0 + each for each in range(100)]) > 1.3

    def test_too_few_samples_say_nothing(self) -> None:
        assert growth([1, 2, 3]) == 1.0

    def test_the_slope_is_that_of_the_second_half_in_an_hour(self) -> None:
        seconds = [float(each) for each in range(20)]
        memory = Memory(0, seconds, [50.0] * 10 + [100 + each / 60 for each in range(10)])
        assert memory.slope == pytest.approx(60)

    @pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="reads /proc")  # noqa: PTH110 - of the system
    def test_a_process_has_some(self) -> None:
        memory = Memory(os.getpid())
        assert 10 < memory.sample(0) <= memory.highest * 1.5


class TestAccount:
    def account(self, count: int = 100) -> Account:
        account = Account(count)
        account.schedule = Schedule(first=0, count=count, rate=1000, start=0)
        return account

    def add(self, account: Account, *numbers: int, now: int = 10**9) -> None:
        for number in numbers:
            account.add(number, dead_letter=bad(number), now=now)

    def test_latency_counts_from_when_a_message_was_due(self) -> None:
        account = self.account()
        self.add(account, 7, now=7_000_000 + 250_000)
        assert account.report.latencies == latencies(250)

    def test_what_is_seen_on_the_source_is_measured_and_has_not_arrived(self) -> None:
        account = self.account()
        account.add_bare(7, 7_000_000 + 90_000)
        assert (account.report.bare, account.report.arrived) == (latencies(90), 0)

    def test_what_comes_twice_counts_once(self) -> None:
        account = self.account()
        self.add(account, 1, 2, 2, 2)
        assert (account.report.arrived, account.report.repeated) == (2, 2)

    def test_what_is_in_the_wrong_topic_is_noticed(self) -> None:
        account = self.account()
        account.add(1, dead_letter=True, now=0)
        account.add(20, dead_letter=False, now=0)
        assert account.report.misplaced == 2

    def test_the_order_of_each_key_is_watched(self) -> None:
        account = self.account(500)
        self.add(account, 65, 2, 1)
        assert account.report.disordered == 1

    def test_a_report_goes_on_with_the_counts_and_begins_anew_with_latencies(self) -> None:
        account = self.account()
        self.add(account, 1, 2)
        assert account.handed_over().latencies.count == 2
        self.add(account, 3)
        report = account.handed_over()
        assert (report.arrived, report.latencies.count) == (3, 1)


class TestSchedule:
    def test_what_is_due_has_been_reached(self) -> None:
        schedule = Schedule(first=50, count=1000, rate=333.0, start=12345)
        for number in (50, 51, 700, 1049):
            assert schedule.reached(schedule.due(number) + 1) == number + 1
        assert schedule.reached(schedule.due(50) - 10_000_000) == 50
        assert schedule.reached(10**18) == 1050

    @pytest.mark.parametrize("number", [0, 999, 36_000_000])
    def test_payloads_carry_their_number(self, number: int) -> None:
        payloads = Payloads()
        assert number_of(payloads.small(number)) == number_of(payloads.large(number)) == number
        assert len(payloads.small(number)) < 400 < 50_000 < len(payloads.large(number))


class TestOutcome:
    def test_all_is_well(self) -> None:
        outcome = Outcome(sent=10, arrived=10, latencies=latencies(49_000), memory=249, backlog_memory=240, growth=1.1)
        assert not list(outcome.faults(Limits()))

    @pytest.mark.parametrize(
        ("outcome", "fault"),
        [
            (Outcome(sent=10, arrived=9), "1 of 10 messages are lost"),
            (Outcome(misplaced=1), "wrong topic"),
            (Outcome(disordered=1), "sent earlier"),
            (Outcome(latencies=latencies(50_000)), "99th percentile"),
            (Outcome(memory=250), "250 MB"),
            (Outcome(backlog_memory=260), "260 MB"),
            (Outcome(growth=1.11), "memory grows"),
        ],
    )
    def test_each_fault_is_named(self, outcome: Outcome, fault: str) -> None:
        (found,) = outcome.faults(Limits())
        assert fault in found

    def test_latency_need_not_be_judged(self) -> None:
        assert not list(Outcome(latencies=latencies(10**9)).faults(Limits(p99=None)))

    def test_exactly_once_nothing_comes_twice(self) -> None:
        outcome = Outcome(sent=10, arrived=10, repeated=1)
        assert not list(outcome.faults(Limits()))
        assert "more than once" in next(outcome.faults(Limits(repeats=False)))
