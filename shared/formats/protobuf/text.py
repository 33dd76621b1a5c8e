"""Limits of a text before protoc reads it: deeper nesting crashes the compiler."""

import re
from typing import Final

from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode, refused

MAX_DEPTH: Final = 64
"""Brackets inside each other. protoc takes about 30 nested messages, and dies at some thousand
nested option values.
"""

_TOKENS = re.compile(
    r"""
    //[^\n]* | /\*.*?(?:\*/|\Z)                                        # comments
    | "(?:[^"\\\n]|\\[^\n])*+"? | '(?:[^'\\\n]|\\[^\n])*+'?   # strings, which end with the line at the latest
    | [\[{<] | [\]}>]
    """,
    re.DOTALL | re.VERBOSE,
)


def check(text: str) -> None:
    """Raise `SchemaSyntaxError` for a text that is nested too deeply, or that UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise refused(
            ProtobufSchemaCode.SYNTAX, "The text holds half of a surrogate pair, which is not a character"
        ) from error
    if "\0" in text:
        raise refused(ProtobufSchemaCode.SYNTAX, "The text holds a NUL character")
    _check_depth(text)


def _check_depth(text: str) -> None:
    depth = 0
    for token in _TOKENS.finditer(text):
        if token[0] in "[{<":
            depth += 1
            if depth > MAX_DEPTH:
                message = f"The schema is nested more than {MAX_DEPTH} levels deep"
                raise refused(ProtobufSchemaCode.NESTED_TOO_DEEPLY, message, _place(text, token.start()))
        elif token[0] in "]}>":
            depth = max(depth - 1, 0)


def _place(text: str, position: int) -> str:
    """Line and column, both counted from 1."""
    line_start = text.rfind("\n", 0, position) + 1
    return f"{text.count(chr(10), 0, position) + 1}:{position - line_start + 1}"
