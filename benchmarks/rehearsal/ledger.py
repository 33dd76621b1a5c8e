"""The account of a rehearsal: requests and messages, by phase."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock

from benchmarks.soak.latencies import Latencies


@dataclass(slots=True)
class Requests:
    """Requests of one phase. `repeated` has the reasons of attempts that were made again."""

    answered: int = 0
    repeated: Counter[str] = field(default_factory=Counter)
    latencies: Latencies = field(default_factory=Latencies)


@dataclass(slots=True)
class Messages:
    """Messages of one phase, by the time at which they were sent.

    `arrived` counts messages that Kafka has acknowledged.
    """

    sent: int = 0
    arrived: int = 0
    latencies: Latencies = field(default_factory=Latencies)

    @property
    def lost(self) -> int:
        """Messages that Kafka acknowledged, and that no destination has."""
        return self.sent - self.arrived


@dataclass(slots=True)
class Phase:
    """A part of the rehearsal."""

    name: str
    requests: Requests = field(default_factory=Requests)
    messages: Messages = field(default_factory=Messages)


class Ledger:
    """Thread-safe."""

    def __init__(self) -> None:
        """Begin without a phase."""
        self._lock = Lock()
        self._seen: set[int] = set()
        self._taken: set[int] = set()
        self._due: dict[int, tuple[Phase, float]] = {}
        self.phases: list[Phase] = []
        self.failures: list[str] = []
        """Requests without a good answer within the patience of their client."""
        self.misplaced = 0
        self.duplicates = 0

    def begin(self, name: str) -> None:
        """Count in a new phase from now on."""
        self.phases.append(Phase(name))

    @property
    def phase(self) -> Phase:
        """The present phase."""
        return self.phases[-1]

    @property
    def answered(self) -> int:
        """Requests with a good answer."""
        return sum(phase.requests.answered for phase in self.phases)

    @property
    def outstanding(self) -> int:
        """Messages that were sent and have not arrived."""
        return sum(phase.messages.lost for phase in self.phases)

    def request(self, phase: Phase, seconds: float, repeated: Iterable[str]) -> None:
        """Count an answer, in the phase in which its request began."""
        with self._lock:
            phase.requests.answered += 1
            phase.requests.repeated.update(repeated)
            phase.requests.latencies.add(int(seconds * 1e6))

    def failure(self, sentence: str) -> None:
        """Keep the sentence of a failed request."""
        with self._lock:
            self.failures.append(sentence)

    def due(self, number: int, now: float) -> None:
        """Remember the time and phase at which a message was handed to the client of Kafka."""
        with self._lock:
            self._due[number] = (self.phase, now)

    def acknowledged(self, number: int) -> None:
        """Count a message that Kafka has."""
        with self._lock:
            self._taken.add(number)
            messages = self._due[number][0].messages
            messages.sent += 1
            messages.arrived += number in self._seen

    def arrival(self, number: int, now: float, *, right: bool) -> None:
        """Count a message at a destination."""
        with self._lock:
            self.misplaced += not right
            if number in self._seen:
                self.duplicates += 1
                return
            self._seen.add(number)
            phase, begin = self._due[number]
            phase.messages.arrived += number in self._taken
            phase.messages.latencies.add(int((now - begin) * 1e6))

    def faults(self, quiet: str) -> Iterator[str]:
        """Yield a sentence for each broken promise. No client may repeat a request in `quiet`."""
        if self.failures:
            yield f"{len(self.failures)} requests failed, such as: {self.failures[0]}"
        if self.outstanding:
            yield f"{self.outstanding} messages are lost"
        if self.misplaced:
            yield f"{self.misplaced} messages are at the wrong destination"
        for phase in self.phases:
            if phase.name == quiet and phase.requests.repeated:
                reasons = ", ".join(phase.requests.repeated)
                yield f"{phase.requests.repeated.total()} requests were repeated in the phase {quiet}: {reasons}"
            if not phase.requests.answered or not phase.messages.sent:
                yield f"the phase {phase.name} had no load"
