"""Proofs that a reader accepts the writer's values: obligations, trials, and their bound.

An obligation is a pair (reader node, facts about the value). Invariant: an open pair counts as
proven. Recursive schemas describe values that get smaller, so a difference is found in another
pair. Results of a failed trial are dropped, since they may depend on the failed pair.
"""

from collections import deque
from collections.abc import Callable, Iterator

from sluicegate.shared.formats.json_schema.compatibility.discriminators import apart, lacks_required
from sluicegate.shared.formats.json_schema.compatibility.equality import Equality
from sluicegate.shared.formats.json_schema.compatibility.evaluation import Evaluation
from sluicegate.shared.formats.json_schema.compatibility.facts import Facts, opened
from sluicegate.shared.formats.json_schema.compatibility.pairing import Pairings
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.model import Finding

WORK_LIMIT = 100_000
"""Maximum of compared schemas of the writer, for each schema and alternative of the reader."""

FINDING_LIMIT = 100

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
        self._open: deque[tuple[Node, Facts]] = deque()
        self._taken: set[Key] = set()

    @property
    def trial(self) -> bool:
        """Return whether only the verdict counts, and findings are not read."""
        return self._above is not None

    def need(self, reader: Node, facts: Facts) -> None:
        """Add a pair to the open ones."""
        if reader.schema is not True:
            self._open.append((reader, facts))

    def prove(self, reader: Node, facts: Facts) -> bool:
        """Whether the reader accepts every value of which the facts hold; no findings are made."""
        if reader.schema is True:
            return True
        key = _key(reader, facts)
        if key in self.proofs.failed or apart(reader, facts) or lacks_required(reader, facts):
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

        On success, the assumptions are passed to the outer frame.
        """
        if next(self.findings(), None) is not None:
            return False
        if self._above is not None:
            self._above._taken |= self._taken
        return True

    def findings(self) -> Iterator[Finding]:
        """Prove the open pairs in their order, with the new ones that they add."""
        while self._open:
            reader, facts = self._open.popleft()
            key = _key(reader, facts)
            if not self._is_taken(key):
                self._taken.add(key)
                self.proofs.count(facts)
                yield from self.proofs.step(self, reader, facts)

    def _is_taken(self, key: Key) -> bool:
        frame: Frame | None = self
        while frame is not None:
            if key in frame._taken:
                return True
            frame = frame._above
        return False


def _key(reader: Node, facts: Facts) -> Key:
    return (reader.home.remembered("sought", reader, lambda: _sought(reader)), *facts.key)


def _sought(reader: Node) -> Key:
    """What a reader amounts to. Each place that refers to a schema is a node of its own, and they are all one question."""
    found = opened((reader,))
    return frozenset(atom.key for atom in found.atoms), found.impossible, frozenset(node.key for node in found.unknown)
