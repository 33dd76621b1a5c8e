"""The text of enums."""

from collections.abc import Iterator
from typing import Final

from google.protobuf.descriptor_pb2 import EnumDescriptorProto

from sluicegate.shared.formats.protobuf.printing.blocks import (
    Lines,
    Style,
    block,
    reserved_names,
    reserved_ranges,
    visible,
)
from sluicegate.shared.formats.protobuf.printing.options import bracketed

ENUM_MAX: Final = 2**31 - 1


def enum(declared: EnumDescriptorProto, style: Style) -> Lines:
    """Return an enum's definition with values in their order.

    Of two names for one number, the first one is shown in payloads.
    """
    return block(f"{visible(declared)}enum {declared.name}", _body(declared, style))


def _body(declared: EnumDescriptorProto, style: Style) -> Iterator[str]:
    yield from style.option_lines(declared.options)
    for value in declared.value:
        yield f"{value.name} = {value.number}{bracketed(style.assignments(value.options))};"
    yield from reserved_ranges(((each.start, each.end) for each in declared.reserved_range), ENUM_MAX)
    yield from reserved_names(declared.reserved_name, style.syntax)
