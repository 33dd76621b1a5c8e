"""Parts that the texts of files, messages and enums have in common."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto
from google.protobuf.message import Message

from sluicegate.shared.formats.protobuf.printing.literals import quoted
from sluicegate.shared.formats.protobuf.printing.options import assignments

Lines: TypeAlias = list[str]

PROTO2, EDITIONS = "proto2", "editions"

_VISIBILITY = {0: "", 1: "local ", 2: "export "}


@dataclass(frozen=True, slots=True)
class Style:
    """Style of a printed file: its syntax, and options in the order of names or numbers."""

    syntax: str
    options_by_name: bool = False

    def assignments(self, options: Message) -> list[str]:
        """`name = value` of every option."""
        return self.ordered(assignments(options))

    def ordered(self, parts: list[str]) -> list[str]:
        """Assignments in the order of the style."""
        return sorted(parts, key=lambda each: each.partition(" = ")[0]) if self.options_by_name else parts

    def option_lines(self, options: Message) -> Iterator[str]:
        """A statement for each option."""
        return (f"option {each};" for each in self.assignments(options))


def block(head: str, lines: Iterable[str]) -> Lines:
    """Lines between braces, or a pair of braces where there are none."""
    inside = [f"  {line}" for line in lines]
    return [f"{head} {{", *inside, "}"] if inside else [f"{head} {{}}"]


def visible(declared: DescriptorProto | EnumDescriptorProto) -> str:
    """`export` or `local`, which edition 2024 brought."""
    return _VISIBILITY[declared.visibility]


def ranges(found: Iterable[tuple[int, int]], largest: int) -> Iterator[str]:
    """First and last number of each range, sorted; `max` stands for the largest that there can be."""
    for first, last in sorted(found):
        yield str(first) if first == last else f"{first} to {'max' if last >= largest else last}"


def reserved_ranges(found: Iterable[tuple[int, int]], largest: int) -> Iterator[str]:
    """A statement for each range."""
    return (f"reserved {each};" for each in ranges(found, largest))


def reserved_names(names: Iterable[str], syntax: str) -> Iterator[str]:
    """A statement for each name, sorted. Editions write them bare."""
    return (f"reserved {name if syntax == EDITIONS else quoted(name)};" for name in sorted(names))
