"""The text of a file: syntax, package, imports, options, declarations, in descriptor order.

Names of types are written in full, imports and options sorted, comments left out.
"""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import Edition, FileDescriptorProto, MethodDescriptorProto, ServiceDescriptorProto

from sluicegate.shared.formats.protobuf.printing.blocks import EDITIONS, PROTO2, Lines, Style, block
from sluicegate.shared.formats.protobuf.printing.enums import enum
from sluicegate.shared.formats.protobuf.printing.literals import quoted
from sluicegate.shared.formats.protobuf.printing.messages import Messages


def printed(file: FileDescriptorProto, *, options_by_name: bool = False) -> str:
    """The text of a file's descriptor.

    Custom options are in it as far as the descriptor's class knows them.
    """
    style = Style(file.syntax or PROTO2, options_by_name)
    sections = [
        [_syntax(file)],
        [f"package {file.package};"] if file.package else [],
        list(_imports(file)),
        list(style.option_lines(file.options)),
        *Messages(style).declared(f".{file.package}" if file.package else "", file.message_type, file.extension),
        *(enum(each, style) for each in file.enum_type),
        *(_service(each, style) for each in file.service),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _syntax(file: FileDescriptorProto) -> str:
    if file.syntax == EDITIONS:
        return f'edition = "{Edition.Name(file.edition).removeprefix("EDITION_")}";'
    return f'syntax = "{file.syntax or PROTO2}";'


def _imports(file: FileDescriptorProto) -> Iterator[str]:
    kinds = dict.fromkeys(file.public_dependency, "public ") | dict.fromkeys(file.weak_dependency, "weak ")
    found = [(name, kinds.get(index, "")) for index, name in enumerate(file.dependency)]
    found += [(name, "option ") for name in file.option_dependency]  # of edition 2024
    return (f"import {kind}{quoted(name)};" for name, kind in sorted(found))


def _service(service: ServiceDescriptorProto, style: Style) -> Lines:
    lines = (line for method in service.method for line in _method(method, style))
    return block(f"service {service.name}", [*style.option_lines(service.options), *lines])


def _method(method: MethodDescriptorProto, style: Style) -> Lines:
    takes = f"{'stream ' if method.client_streaming else ''}{method.input_type}"
    gives = f"{'stream ' if method.server_streaming else ''}{method.output_type}"
    head = f"rpc {method.name}({takes}) returns ({gives})"
    options = list(style.option_lines(method.options))
    return block(head, options) if options else [f"{head};"]
