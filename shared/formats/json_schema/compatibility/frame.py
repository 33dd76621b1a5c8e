"""Proofs that a reader accepts the writer's values: obligations, trials, and their bound.

An obligation is a pair (reader node, facts about the value). Invariant: an open pair counts as
proven. Recursive schemas describe values that get smaller, so a difference is found in another
pair. Results of a failed trial are dropped where they depend on a pair that is still open; others
are kept for good. A pair that failed fails wherever it is met: with nothing but itself open it would
have been proven if it could be. So each pair is looked at a few times, however many ways lead to it.
"""

from collections import deque
from collections.abc import Callable, Iterator

from sluicegate.shared.formats.json_schema.compatibility.discriminators import (
    apart,
    lacks_required,
    misses_alternative,
)
from sluicegate.shared.formats.json_schema.compatibility.equality import Equality
from sluicegate.shared.formats.json_schema.compatibility.evaluation import Evaluation
from sluicegate.shared.formats.json_schema.compatibility.facts import Facts, opened
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding
from sluicegate.shared.formats.json_schema.compatibility.pairing import Pairings
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.model import Finding

WORK_LIMIT = 100_000
"""Maximum of compared schemas of the writer, for each schema and alternative of the reader."""

FINDING_LIMIT = 100

_FAILED_BEFORE = finding(Code.SCHEMA_TOO_COMPLEX, "", "The pair failed before")
"""Ends a trial; the findings of trials are not read."""

Key = tuple[object, ...]
Step = Callable[["Frame", Node, Facts], Iterator[Finding]]


class ProofTooComplex(Exception):
    """The bound on compared pairs was reached."""


class Proofs:
    """State that all frames of one comparison share."""

    def __init__(self, step: Step, equality: Equality, *, lenient: bool) -> None:
        """`step` yields the findings of one pair, and adds its obligations to its frame."""
        self.step, self.lenient, self.equality = step, lenient, equality
        self.failed: set[Key] = set()
        self.proved: set[Key] = set()
        self.pairings = Pairings(equality)
        self.evaluation = Evaluation()
        self.leniency_matters = False
        """Whether LENIENT would have passed over something that STRICT does not."""
        self._work = 0

    def as_lenient(self) -> "Proofs":
        """Return the same comparison by LENIENT, with the rest of the bound."""
        other = Proofs(self.step, self.equality, lenient=True)
        other._work, other.evaluation = self._work, self.evaluation
        return other

    def count(self, facts: Facts) -> None:
        """Count one piece of work by its size. Raises `ProofTooComplex` at the limit."""
        self._work += 1 + len(facts.atoms)
        if self._work > WORK_LIMIT:
            raise ProofTooComplex


class Frame:
    """One line of argument: all its obligations must hold."""

    def __init__(self, proofs: Proofs, above: "Frame | None" = None) -> None:
        """Start with nothing to show."""
        self.proofs = proofs
        self._above = above
        self._depth: int = 0 if above is None else above._depth + 1
        self._relies_on = self._depth
        """The depth of the outermost frame on whose open pairs this one's proofs rely."""
        self._open: deque[tuple[Node, Facts, Key | None]] = deque()
        self._taken: set[Key] = set()
        self._needed_by: dict[Key, Key | None] = {}
        self._current: Key | None = None

    @property
    def trial(self) -> bool:
        """Return whether only the verdict counts, and findings are not read."""
        return self._above is not None

    def need(self, reader: Node, facts: Facts) -> None:
        """Add a pair to the open ones."""
        if reader.schema is not True:
            self._open.append((reader, facts, self._current))

    def prove(self, reader: Node, facts: Facts) -> bool:
        """Whether the reader accepts every value of which the facts hold; no findings are made."""
        if reader.schema is True:
            return True
        key = _key(reader, facts)
        if key in self.proofs.failed or any(
            each(reader, facts) for each in (apart, lacks_required, misses_alternative)
        ):
            return False
        self.proofs.count(facts)
        inner = Frame(self.proofs, self)
        inner.need(reader, facts)
        proved = inner.holds()
        if not proved:
            self.proofs.failed.add(key)
        return proved

    def attempt(self, facts: Facts, work: Callable[["Frame"], Iterator[Finding]]) -> bool:
        """Whether a piece of work on some facts ends without a finding."""
        self.proofs.count(facts)
        inner = Frame(self.proofs, self)
        return next(work(inner), None) is None and inner.holds()

    def holds(self) -> bool:
        """Prove the open pairs until one fails.

        On success, the assumptions are passed to the outer frame, or kept if they need no other.
        """
        if next(self.findings(), None) is not None:
            return False
        if self._relies_on == self._depth:
            self.proofs.proved |= self._taken
        elif self._above is not None:
            self._above._taken |= self._taken
            self._above._relies_on = min(self._above._relies_on, self._relies_on)
        return True

    def findings(self) -> Iterator[Finding]:
        """Prove the open pairs in their order, with the new ones that they add."""
        while self._open:
            reader, facts, needed_by = self._open.popleft()
            key = _key(reader, facts)
            if self.trial and key in self.proofs.failed:
                self._fail(needed_by)
                yield _FAILED_BEFORE
            elif not self._is_taken(key):
                self._taken.add(key)
                self._needed_by[key] = needed_by
                yield from self._step(key, reader, facts)

    def _step(self, key: Key, reader: Node, facts: Facts) -> Iterator[Finding]:
        self.proofs.count(facts)
        self._current = key
        for found in self.proofs.step(self, reader, facts):
            self._fail(key)
            yield found
        self._current = None

    def _fail(self, key: Key | None) -> None:
        """Keep the failure of a pair, and of those that need it."""
        while key is not None and key not in self.proofs.failed:
            self.proofs.failed.add(key)
            key = self._needed_by.get(key)

    def _is_taken(self, key: Key) -> bool:
        if key in self.proofs.proved:
            return True
        frame: Frame | None = self
        while frame is not None:
            if key in frame._taken:
                self._relies_on = min(self._relies_on, frame._depth)
                return True
            frame = frame._above
        return False


def _key(reader: Node, facts: Facts) -> Key:
    return (reader.home.remembered("sought", reader, lambda: _sought(reader)), *facts.key)


def _sought(reader: Node) -> Key:
    """What a reader amounts to. Each place that refers to a schema is a node of its own, and they are all one question."""
    found = opened((reader,))
    return frozenset(atom.key for atom in found.atoms), found.impossible, frozenset(node.key for node in found.unknown)
