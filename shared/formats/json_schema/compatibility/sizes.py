"""Bounds on sizes: `minLength` and `maxLength`, and their like for items and properties."""

from collections.abc import Iterator
from dataclasses import dataclass

from sluicegate.shared.formats.json_schema.compatibility.facts import Facts
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import number
from sluicegate.shared.model import Finding


@dataclass(frozen=True, slots=True)
class SizeKeyword:
    """A pair of keywords and the codes for each: the bound was added, the bound became tighter."""

    noun: str
    least: Code
    more: Code
    most: Code
    less: Code


LENGTH = SizeKeyword(
    "Length", Code.MIN_LENGTH_ADDED, Code.MIN_LENGTH_INCREASED, Code.MAX_LENGTH_ADDED, Code.MAX_LENGTH_DECREASED
)
ITEMS = SizeKeyword(
    "Items", Code.MIN_ITEMS_ADDED, Code.MIN_ITEMS_INCREASED, Code.MAX_ITEMS_ADDED, Code.MAX_ITEMS_DECREASED
)
PROPERTIES = SizeKeyword(
    "Properties", Code.MIN_PROPERTIES_ADDED, Code.MIN_PROPERTIES_INCREASED, Code.MAX_PROPERTIES_ADDED,
    Code.MAX_PROPERTIES_DECREASED,
)  # fmt: skip


def least(facts: Facts, size: SizeKeyword) -> int | float | None:
    """The largest lower bound that the writer names."""
    return max(
        (found for atom in facts.atoms if (found := number(atom.keywords, f"min{size.noun}")) is not None), default=None
    )


def most(facts: Facts, size: SizeKeyword) -> int | float | None:
    """The smallest upper bound that the writer names."""
    return min(
        (found for atom in facts.atoms if (found := number(atom.keywords, f"max{size.noun}")) is not None), default=None
    )


def bounds(reader: Node, size: SizeKeyword, low: int | float | None, high: int | float | None) -> Iterator[Finding]:
    """Require that the writer's sizes, from `low` to `high`, are within the reader's bounds.

    None: unknown.
    """
    wanted = number(reader.keywords, f"min{size.noun}") or 0
    if wanted > (low or 0):
        yield _finding(reader, f"min{size.noun}", wanted, low, size.least if low is None else size.more)
    limit = number(reader.keywords, f"max{size.noun}")
    if limit is not None and (high is None or limit < high):
        yield _finding(reader, f"max{size.noun}", limit, high, size.most if high is None else size.less)


def _finding(reader: Node, keyword: str, wanted: int | float, given: int | float | None, code: Code) -> Finding:
    has = f"has no {keyword}" if given is None else f"allows {given}"
    return finding(code, f"{reader.path}/{keyword}", f"The reader's {keyword} is {wanted}, the writer {has}")
