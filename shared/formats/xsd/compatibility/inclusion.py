"""Inclusion: whether each sequence of one content model is in another, by a joint walk.

Exact for the names; common declarations are returned, and compared by the caller.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from sluicegate.shared.formats.xsd.automata import Automaton, State, automaton
from sluicegate.shared.formats.xsd.components import Compositor, Leaf, Particle, Wildcard
from sluicegate.shared.formats.xsd.names import QName
from sluicegate.shared.formats.xsd.symbols import Symbols

MAX_STEPS: Final = 300_000
"""Steps of all walks of one comparison: about a second."""

Meeting: TypeAlias = tuple[QName, Leaf, Leaf]
"""A name, and the leaves of writer and reader that accept it."""

Pair: TypeAlias = tuple[State, frozenset[State]]


class WalkTooComplex(Exception):
    """The walks of a comparison took more steps than they may."""


class WalkBudget:
    """The steps that are left."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        """Nothing is spent yet."""
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Take a step. Raises `WalkTooComplex` when there is none left."""
        self._left -= steps
        if self._left < 0:
            raise WalkTooComplex


@dataclass(slots=True)
class InclusionOutcome:
    """The result of a walk.

    `unexpected` are names of the writer that the reader refuses at their place, each with the names
    before it; `unfinished` are names after which the writer may end and the reader may not.
    """

    meetings: dict[Meeting, None] = field(default_factory=dict)
    unexpected: dict[QName, tuple[QName, ...]] = field(default_factory=dict)
    unfinished: tuple[QName, ...] | None = None

    @property
    def included(self) -> bool:
        """Return whether the reader accepts all sequences of the writer."""
        return not self.unexpected and self.unfinished is None


def inclusion(
    reader: Particle | None,
    writer: Particle | None,
    rules: tuple[Symbols, Symbols],
    mentioned: set[QName],
    budget: WalkBudget,
) -> InclusionOutcome:
    """Compare the content models of a reader and a writer, with the names of each.

    Raises `NotWritten` and `WalkTooComplex`.
    """
    if reader is not None and writer is not None:
        alignment = _Alignment(rules, mentioned, budget)
        if alignment.holds(reader, writer):
            return InclusionOutcome(dict.fromkeys(alignment.meetings))
    return _Walk(automaton(reader), automaton(writer), rules, mentioned, budget).run()


class _Walk:
    """One walk over pairs: a state of the writer, and all possible states of the reader.

    This is the subset construction for the reader, which may be ambiguous over names. Every pair is
    visited once, breadth first, so the example of a difference is a shortest one.
    """

    def __init__(
        self,
        reader: Automaton,
        writer: Automaton,
        rules: tuple[Symbols, Symbols],
        mentioned: set[QName],
        budget: WalkBudget,
    ) -> None:
        self._reader, self._writer = reader, writer
        self._reader_names, self._writer_names = rules
        self._mentioned, self._budget = mentioned, budget
        self._before: dict[Pair, tuple[Pair, QName] | None] = {}
        self._pending: deque[Pair] = deque()
        self._choices: dict[State, tuple[dict[QName, list[tuple[Leaf, State]]], list[tuple[Leaf, State]]]] = {}
        self._symbols: dict[Leaf, tuple[QName, ...]] = {}
        self._outcome = InclusionOutcome()

    def run(self) -> InclusionOutcome:
        start: Pair = (self._writer.start, frozenset([self._reader.start]))
        self._before[start] = None
        self._pending.append(start)
        while self._pending:
            self._look(self._pending.popleft())
        return self._outcome

    def _look(self, pair: Pair) -> None:
        state, others = pair
        self._budget.spend(len(others))
        # The writer may end where no possible state of the reader may: only the first case is kept.
        ends = self._writer.ends(state) and not any(self._reader.ends(other) for other in others)
        if ends and self._outcome.unfinished is None:
            self._outcome.unfinished = self._names_to(pair)
        for leaf, after in self._writer.moves(state):
            for symbol in self._symbols_of(leaf):
                self._meet(pair, symbol, leaf, after)

    def _meet(self, pair: Pair, symbol: QName, leaf: Leaf, after: State) -> None:
        self._budget.spend(len(pair[1]))
        targets = [target for other in pair[1] for target in self._targets(other, symbol)]
        if not targets:
            self._outcome.unexpected.setdefault(symbol, self._names_to(pair))
            return
        for reader_leaf, _ in targets:
            self._outcome.meetings[symbol, leaf, reader_leaf] = None
        found = (after, frozenset(state for _, state in targets))
        # `_before` is both the set of visited pairs and the tree of shortest ways.
        if found not in self._before:
            self._before[found] = (pair, symbol)
            self._pending.append(found)

    def _symbols_of(self, leaf: Leaf) -> tuple[QName, ...]:
        if leaf not in self._symbols:
            self._symbols[leaf] = tuple(self._writer_names.of(leaf, self._mentioned))
        return self._symbols[leaf]

    def _targets(self, state: State, symbol: QName) -> Iterator[tuple[Leaf, State]]:
        named, wild = self._choices_of(state)
        yield from named.get(symbol, ())
        for leaf, after in wild:
            if self._reader_names.matches(leaf, symbol):
                yield leaf, after

    def _choices_of(self, state: State) -> tuple[dict[QName, list[tuple[Leaf, State]]], list[tuple[Leaf, State]]]:
        """Return the reader's moves by name, and through wildcards."""
        if state not in self._choices:
            named: dict[QName, list[tuple[Leaf, State]]] = {}
            wild = []
            for leaf, after in self._reader.moves(state):
                self._budget.spend()
                if isinstance(leaf.term, Wildcard):
                    wild.append((leaf, after))
                else:
                    for name in self._reader_names.elements(leaf.term):
                        named.setdefault(name, []).append((leaf, after))
            self._choices[state] = named, wild
        return self._choices[state]

    def _names_to(self, pair: Pair) -> tuple[QName, ...]:
        """Return the names on a shortest way to a pair."""
        names = []
        step = self._before[pair]
        while step is not None:
            names.append(step[1])
            step = self._before[step[0]]
        return tuple(reversed(names))


class _Alignment:
    """Compares shapes: equal models with narrower occurrences and optional additions.

    A fast proof with all numbers; if it fails, nothing is known.
    """

    def __init__(self, rules: tuple[Symbols, Symbols], mentioned: set[QName], budget: WalkBudget) -> None:
        self._reader_names, self._writer_names = rules
        self._mentioned, self._budget = mentioned, budget
        self.meetings: list[Meeting] = []

    def holds(self, reader: Particle, writer: Particle) -> bool:
        """Return whether each sequence of the writer is one of the reader; sets `meetings` if so."""
        self._budget.spend()
        before = len(self.meetings)
        if self._matches(reader, writer):
            return True
        # A failed attempt must leave no pair of declarations for the caller to compare.
        del self.meetings[before:]
        return False

    def _matches(self, reader: Particle, writer: Particle) -> bool:
        if not _within(writer, reader):
            return False
        if isinstance(reader, Leaf) and isinstance(writer, Leaf):
            return self._same_leaf(reader, writer)
        if isinstance(reader, Leaf) or isinstance(writer, Leaf) or reader.compositor is not writer.compositor:
            return False
        others = iter(writer.members)
        other = next(others, None)
        for member in reader.members:
            # Greedy: members are matched in order. A wrong match only loses the fast proof.
            if other is not None and self.holds(member, other):
                other = next(others, None)
            elif member.least != 0 and reader.compositor is not Compositor.CHOICE:
                return False
        return other is None

    def _same_leaf(self, reader: Leaf, writer: Leaf) -> bool:
        if isinstance(reader.term, Wildcard) is not isinstance(writer.term, Wildcard):
            return False
        names = tuple(self._writer_names.of(writer, self._mentioned))
        if not all(self._reader_names.matches(reader, name) for name in names):
            return False
        self.meetings.extend((name, writer, reader) for name in names)
        return True


def _within(writer: Particle, reader: Particle) -> bool:
    return reader.least <= writer.least and (
        reader.most is None or (writer.most is not None and writer.most <= reader.most)
    )
