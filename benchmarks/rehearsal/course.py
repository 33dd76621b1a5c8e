"""The course of a rehearsal: load, a rolling upgrade, failures at random, and the reckoning."""

from collections.abc import Callable
from random import Random
from threading import Event
from typing import Protocol

from benchmarks.rehearsal.callers import Caller, Client, text
from benchmarks.rehearsal.ledger import Ledger
from benchmarks.rehearsal.messages import Reader, Sender, Versions
from benchmarks.rehearsal.plant import Plant, Replica
from sluicegate.shared.clock import SystemClock
from tests.fixtures.programs import until

CALLERS = 3
STEADY, UPGRADE, FAILURES = "steady", "upgrade", "failures"
_PROGRESS_REQUESTS = 50
_CAUGHT_UP_MESSAGES = 2_000
_NEVER = Event()


class Part(Protocol):
    """A part of the load."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""


Say = Callable[[str], None]


class Course:
    """Drives a plant. Failures of the plant itself are `AssertionError`."""

    def __init__(self, plant: Plant, rate: float, random: Random, say: Say) -> None:
        """`rate` is in messages a second."""
        self._plant, self._random, self._say = plant, random, say
        self._clock = SystemClock()
        self.ledger = Ledger()
        self.ledger.begin(STEADY)
        self._callers = [Caller(f"team{number}", self._client()) for number in range(CALLERS)]
        versions = Versions(self._client())
        bootstrap = plant.kafka.bootstrap
        self._reader = Reader(bootstrap, self.ledger)
        self._sender = Sender(bootstrap, rate, versions, self.ledger)
        self._versions = versions

    def steady(self, seconds: float) -> None:
        """Start the load, and let it run."""
        parts: list[Part] = [self._reader, *self._callers, self._versions, self._sender]
        for each in parts:
            each.start()
        self._clock.wait(seconds, _NEVER)
        self._progress("steady load")

    def upgrade(self) -> None:
        """Replace the old release: `pre` migrations, each replica in order, `post` migrations."""
        self.ledger.begin(UPGRADE)
        self._plant.code = {}
        self._plant.migrate("upgrade")
        for each in (*self._plant.registries, *self._plant.validators):
            each.terminate()
            each.start(self._plant.code)
        self._progress("rolling upgrade")
        self._plant.migrate("post")

    def failures(self, seconds: float) -> list[str]:
        """Kill one of each kind in random order, repeatedly. Return the names of the parts."""
        self.ledger.begin(FAILURES)
        end, killed = self._clock.monotonic() + seconds, list[str]()
        while not killed or self._clock.monotonic() < end:
            kinds = [self._kill_registry, self._kill_validator, self._kill_kafka, self._kill_postgres]
            self._random.shuffle(kinds)
            for kill in kinds:
                name = kill()
                self._say(f"killed: {name}")
                killed.append(name)
                self._progress(f"after the death of {name}")
        return killed

    def reckoning(self) -> None:
        """End the load, wait for messages in flight, and read each acknowledged registration."""
        parts: list[Part] = [*self._callers, self._versions, self._sender]
        for each in parts:
            each.stop()
        try:
            until(lambda: self.ledger.outstanding == 0, "all messages arrive")
        except AssertionError:
            self._say("messages are missing")  # the ledger has the number
        self._reader.stop()
        client = self._client()
        for caller in self._callers:
            for subject, identifier in caller.acknowledged.items():
                found = client.ask("GET", f"/subjects/{subject}/versions/1")
                if (found["id"], found["schema"]) != (identifier, text(subject)):
                    self.ledger.failure(f"{subject} is not as it was acknowledged: {found}")
        client.close()

    def _client(self) -> Client:
        return Client(self._plant.url, self.ledger)

    def _progress(self, occasion: str) -> None:
        """Wait until requests are answered again, and the validators have caught up."""
        before = self.ledger.answered
        until(lambda: self.ledger.answered >= before + _PROGRESS_REQUESTS, f"requests are answered, {occasion}")
        until(lambda: self.ledger.outstanding < _CAUGHT_UP_MESSAGES, f"validators have caught up, {occasion}")

    def _kill_registry(self) -> str:
        return self._kill(self._plant.registries, "registry")

    def _kill_validator(self) -> str:
        return self._kill(self._plant.validators, "validator")

    def _kill_kafka(self) -> str:
        self._plant.kafka.kill()
        self._plant.kafka.start()
        return "kafka"

    def _kill_postgres(self) -> str:
        self._plant.fail_over()
        return "postgres"

    def _kill(self, replicas: list[Replica], kind: str) -> str:
        number = self._random.randrange(len(replicas))
        replicas[number].kill()
        replicas[number].start(self._plant.code)
        return f"{kind} {number}"
