"""Content models -> automata over their leaves (elements and wildcards), for proofs of inclusion.

A repeated particle is written out, up to `MAX_COPIES`; every position of the automaton is one copy
of a leaf (Glushkov). `xs:all` is an automaton of its own that counts its members.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from sluicegate.shared.formats.xsd.components import NOTHING, Compositor, Leaf, ModelGroup, Particle

MAX_COPIES: Final = 1_000
MAX_POSITIONS: Final = 3_000

State: TypeAlias = "int | tuple[int, ...]"
START: Final = -1


class NotWritten(Exception):
    """A content model that is too large to be written out, or has `xs:all` inside another group."""


class Automaton(Protocol):
    """Positions in a content model, and their successors."""

    @property
    def start(self) -> State:
        """Before the first element."""
        ...

    def moves(self, state: State) -> Iterable[tuple[Leaf, State]]:
        """Yield the possible next leaves with their states."""
        ...

    def ends(self, state: State) -> bool:
        """Return whether the content may end here."""
        ...


def automaton(particle: Particle | None) -> Automaton:
    """The automaton of a content model. Raises `NotWritten`."""
    whole = unwrapped(particle or NOTHING)
    if isinstance(whole, ModelGroup) and whole.compositor is Compositor.ALL:
        return _All(whole)
    return GlushkovAutomaton(whole)


def unwrapped(particle: Particle) -> Particle:
    """Return a particle without surrounding groups of one member that occurs once."""
    while isinstance(particle, ModelGroup) and len(particle.members) == 1 and particle.least == particle.most == 1:
        particle = particle.members[0]
    return particle


@dataclass(frozen=True, slots=True)
class _Fragment:
    """Part of an automaton: first and last positions, and whether it may be empty."""

    first: frozenset[int]
    last: frozenset[int]
    empty: bool


_EMPTY: Final = _Fragment(frozenset(), frozenset(), empty=True)


class GlushkovAutomaton:
    """The automaton of sequences and choices.

    A state is the position of the last leaf.
    """

    start: State = START

    def __init__(self, particle: Particle) -> None:
        """Write a model out. Raises `NotWritten`."""
        self._leaves: list[Leaf] = []
        self._follow: list[set[int]] = []
        whole = self._fragment(particle)
        self._first, self._last, self._empty = whole.first, whole.last, whole.empty

    @property
    def count(self) -> int:
        """The number of positions."""
        return len(self._leaves)

    def moves(self, state: State) -> Iterator[tuple[Leaf, State]]:
        """Yield the possible next leaves with their states."""
        assert isinstance(state, int)
        for position in sorted(self._first if state == START else self._follow[state]):
            yield self._leaves[position], position

    def ends(self, state: State) -> bool:
        """Return whether the content may end here."""
        return self._empty if state == START else state in self._last

    def _fragment(self, particle: Particle) -> _Fragment:
        if isinstance(particle, Leaf):
            return self._repeated(lambda: self._position(particle), particle.least, particle.most)
        if particle.compositor is Compositor.ALL:
            raise NotWritten
        return self._repeated(lambda: self._group(particle), particle.least, particle.most)

    def _position(self, leaf: Leaf) -> _Fragment:
        if len(self._leaves) == MAX_POSITIONS:
            raise NotWritten
        self._leaves.append(leaf)
        self._follow.append(set())
        here = frozenset({len(self._leaves) - 1})
        return _Fragment(here, here, empty=False)

    def _group(self, group: ModelGroup) -> _Fragment:
        if group.compositor is Compositor.CHOICE:
            parts = [self._fragment(member) for member in group.members]
            return _Fragment(
                frozenset().union(*(part.first for part in parts)),
                frozenset().union(*(part.last for part in parts)),
                any(part.empty for part in parts),
            )
        whole = _EMPTY
        for member in group.members:
            part = self._fragment(member)
            self._link(whole.last, part.first)
            whole = _Fragment(
                # The first positions reach through all leading parts that may be empty, and the
                # last ones through all trailing parts.
                whole.first | part.first if whole.empty else whole.first,
                whole.last | part.last if part.empty else part.last,
                whole.empty and part.empty,
            )
        return whole

    def _repeated(self, copy: Callable[[], _Fragment], least: int, most: int | None) -> _Fragment:
        """Return copies in sequence: `least` required ones, and optional ones up to `most`."""
        if least > MAX_COPIES or (most is not None and most > MAX_COPIES):
            raise NotWritten
        first = before = copy()
        # A part that may be empty satisfies every minimum without a leaf.
        needed = 0 if first.empty else least
        # Only copies from number `needed` on may be the last one.
        ends = set(first.last) if needed <= 1 else set()
        for number in range(2, max(least, most or 1) + 1):
            another = copy()
            self._link(before.last, another.first)
            ends.update(another.last if number >= needed else ())
            before = another
        # The last copy repeats without a limit, so an unbounded particle has max(least, 1) copies.
        if most is None:
            self._link(before.last, before.first)
        return _Fragment(first.first, frozenset(ends), needed == 0)

    def _link(self, last: Iterable[int], first: Iterable[int]) -> None:
        for position in last:
            self._follow[position].update(first)


class _All:
    """The automaton of `xs:all`.

    A state has the number of each member; numbers above the minimum are equal, without a limit.
    """

    def __init__(self, group: ModelGroup) -> None:
        members = [unwrapped(member) for member in group.members]
        if any(isinstance(member, ModelGroup) for member in members) or group.most != 1:
            raise NotWritten
        self._leaves = [member for member in members if isinstance(member, Leaf)]
        self._optional = group.least == 0
        self.start: State = (0,) * len(self._leaves)

    def moves(self, state: State) -> Iterator[tuple[Leaf, State]]:
        assert isinstance(state, tuple)
        for index, leaf in enumerate(self._leaves):
            count = state[index]
            if leaf.most is not None and count >= leaf.most:
                continue
            # Without a maximum, counts above the minimum are one state: the automaton stays finite.
            after = count if leaf.most is None and count >= max(leaf.least, 1) else count + 1
            yield leaf, (*state[:index], after, *state[index + 1 :])

    def ends(self, state: State) -> bool:
        assert isinstance(state, tuple)
        if self._optional and not any(state):
            return True
        return all(count >= leaf.least for count, leaf in zip(state, self._leaves, strict=True))
