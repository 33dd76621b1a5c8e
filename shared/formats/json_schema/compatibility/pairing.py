"""Equal alternatives on both sides, which are found by their classes before anything is compared.

A choice of many alternatives mostly changes in a few of them. Equal ones need no proof, and those
of the writer's `oneOf` exclude each other already, so only the others are compared: the cost is
linear in the number of alternatives.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property

from sluicegate.shared.formats.json_schema.compatibility.discriminators import Labelled
from sluicegate.shared.formats.json_schema.compatibility.equality import Equality
from sluicegate.shared.formats.json_schema.compatibility.facts import FactChoice, Facts, Rivals
from sluicegate.shared.formats.json_schema.references import Node

Key = tuple[int, str]


class Alternatives:
    """The schemas under an `anyOf` or a `oneOf`, and their classes."""

    def __init__(self, equality: Equality, nodes: Sequence[Node]) -> None:
        """Take the schemas in their order."""
        self.nodes = nodes
        self._equality = equality

    @cached_property
    def classes(self) -> list[int]:
        """The class of each alternative."""
        return [self._equality.class_of(node) for node in self.nodes]

    @cached_property
    def counts(self) -> Counter[int]:
        """How many alternatives each class has."""
        return Counter(self.classes)

    @cached_property
    def labelled(self) -> Labelled:
        """The alternatives by their discriminator."""
        return Labelled(self.nodes)

    @cached_property
    def by_class(self) -> dict[int, Node]:
        """One alternative of each class."""
        return dict(zip(self.classes, self.nodes, strict=True))


class Pairings:
    """The alternatives of both sides of one comparison. Everything is worked out once."""

    def __init__(self, equality: Equality) -> None:
        """Take the classes of the compared schemas."""
        self._equality = equality
        self._alternatives: dict[Key, Alternatives] = {}
        self._unpaired: dict[tuple[Key, Key], list[Node]] = {}

    def under(self, reader: Node, keyword: str) -> Alternatives:
        """Return the alternatives under a keyword."""
        return self._found((reader.key, keyword), lambda: tuple(reader.under(keyword)))

    def near(self, reader: Node, keyword: str, facts: Facts) -> Sequence[Node]:
        """Return the alternatives under a keyword that a discriminator does not keep apart from the facts."""
        return self.under(reader, keyword).labelled.near(facts)

    def equal(self, reader: Node, keyword: str, schemas: Sequence[Node]) -> Node | None:
        """Return an alternative of the reader that equals one of some schemas."""
        by_class = self.under(reader, keyword).by_class
        return next((by_class[found] for each in schemas if (found := self._equality.class_of(each)) in by_class), None)

    def unpaired(self, reader: Node, keyword: str, key: Key, theirs: Sequence[Node]) -> list[Node]:
        """Return the reader's alternatives without those that alone equal a writer's alternative."""
        pair = ((reader.key, keyword), key)
        if pair not in self._unpaired:
            mine, writer = self.under(reader, keyword), self._found(key, lambda: theirs)
            self._unpaired[pair] = [
                node
                for node, found in zip(mine.nodes, mine.classes, strict=True)
                if mine.counts[found] > 1 or found not in writer.counts
            ]
        return self._unpaired[pair]

    def possible(self, reader: Node, rivals: Rivals) -> list[Node]:
        """Return the alternatives of the reader's `oneOf` that equal none which does not hold.

        The one that equals the alternative that holds is among them: it takes the value.
        """
        unpaired = self.unpaired(reader, "oneOf", rivals.key, rivals.alternatives)
        own = self.equal(reader, "oneOf", rivals.alternatives[rivals.own : rivals.own + 1])
        return unpaired if own is None or any(own.key == each.key for each in unpaired) else [*unpaired, own]

    def unmet(self, reader: Node, keyword: str, choice: FactChoice) -> list[int]:
        """Return the indices of the writer's alternatives that equal none of the reader's."""
        mine = self.under(reader, keyword).counts
        writer = self._found(choice.key, lambda: choice.alternatives)
        return [index for index, found in enumerate(writer.classes) if found not in mine]

    def is_rival(self, node: Node, rivals: Rivals) -> bool:
        """Whether a schema equals one of the writer's alternatives that do not hold."""
        writer = self._found(rivals.key, lambda: rivals.alternatives)
        found = self._equality.class_of(node)
        return writer.counts[found] > (writer.classes[rivals.own] == found)

    def _found(self, key: Key, nodes: Callable[[], Sequence[Node]]) -> Alternatives:
        if key not in self._alternatives:
            self._alternatives[key] = Alternatives(self._equality, nodes())
        return self._alternatives[key]
