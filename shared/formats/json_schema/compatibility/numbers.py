"""`minimum`, `maximum`, the exclusive ones in both of their meanings, and `multipleOf`."""

from collections.abc import Iterable, Iterator

from sluicegate.shared.formats.json_schema.compatibility.facts import NUMBERS, Facts
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding, shown
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.compatibility.ranges import Bound, bounds, exact
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import number
from sluicegate.shared.model import Finding


def numbers(_frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """Every number that the writer may use must be within the reader's bounds."""
    if facts.types & NUMBERS:
        yield from _bound(reader, facts, 1, "minimum", (Code.MINIMUM_ADDED, Code.MINIMUM_INCREASED))
        yield from _bound(reader, facts, -1, "maximum", (Code.MAXIMUM_ADDED, Code.MAXIMUM_DECREASED))
        yield from _multiple(reader, facts)


def _bound(reader: Node, facts: Facts, sign: int, keyword: str, codes: tuple[Code, Code]) -> Iterator[Finding]:
    wanted = _tightest((reader,), sign, keyword)
    if wanted is None:
        return
    given = _given(facts, sign, keyword)
    integers = "fraction" not in facts.types
    if given is not None and (_whole(given) >= _whole(wanted) if integers else given >= wanted):
        return
    if given is None and facts.values is not None:
        return
    which = _keyword(reader, keyword)
    change = f"The reader's {which} is {_shown(wanted, sign)}, the writer {_has(given, sign, keyword)}"
    yield finding(codes[0] if given is None else codes[1], f"{reader.path}/{which}", change)


def _has(given: Bound | None, sign: int, keyword: str) -> str:
    return f"has no {keyword}" if given is None else f"allows {_shown(given, sign)}"


def _shown(bound: Bound, sign: int) -> str:
    value = sign * bound[0]
    digits = str(value.numerator) if value.denominator == 1 else str(float(value))
    return f"{digits} (itself excluded)" if bound[1] else digits


def _keyword(reader: Node, keyword: str) -> str:
    exclusive = f"exclusive{keyword.capitalize()}"
    return keyword if number(reader.keywords, keyword) is not None else exclusive


def _given(facts: Facts, sign: int, keyword: str) -> Bound | None:
    if facts.values is not None:
        signed = [
            sign * exact(value)
            for value in facts.values
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        return (min(signed), False) if signed else None
    return _tightest(facts.atoms, sign, keyword)


def _tightest(nodes: Iterable[Node], sign: int, keyword: str) -> Bound | None:
    return max((bound for node in nodes for bound in bounds(node, sign, keyword)), default=None)


def _whole(bound: Bound) -> int:
    """The smallest integer that a lower bound allows."""
    value, excluded = bound
    floor = value.numerator // value.denominator
    return floor + 1 if excluded or floor != value else floor


def _multiple(reader: Node, facts: Facts) -> Iterator[Finding]:
    wanted = number(reader.keywords, "multipleOf")
    if not wanted:
        return
    divisors = [given for atom in facts.atoms if (given := number(atom.keywords, "multipleOf"))]
    if facts.values is not None:
        checked = [value for value in facts.values if isinstance(value, int | float) and not isinstance(value, bool)]
    else:
        checked = [*divisors, *([1] if "fraction" not in facts.types else [])]
    fits = [(exact(value) / exact(wanted)).denominator == 1 for value in checked]
    if all(fits) if facts.values is not None else any(fits):
        return
    code = Code.MULTIPLE_OF_CHANGED if divisors else Code.MULTIPLE_OF_ADDED
    has = f"allows multiples of {shown(divisors[0])}" if divisors else "has no multipleOf"
    yield finding(
        code, f"{reader.path}/multipleOf", f"The reader takes only multiples of {shown(wanted)}, the writer {has}"
    )
