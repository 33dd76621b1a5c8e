"""Permitted XPath expressions of version 1.1: those that end in bounded time.

They are in `xs:assert`, `xs:assertion` and `xs:alternative`. The language can count to any number,
match patterns that backtrack, and open documents. So the functions are those of a list, and there
are no loops over numbers.
"""

import re
from collections.abc import Iterator
from typing import Final

from sluicegate.shared.formats.xsd.names import XS, kind
from sluicegate.shared.formats.xsd.refusals import XsdSchemaCode, at
from sluicegate.shared.formats.xsd.schema import XsdSchema
from sluicegate.shared.model import Violation

FUNCTIONS: Final = frozenset({
    "abs", "avg", "boolean", "ceiling", "concat", "contains", "count", "data", "day-from-date", "deep-equal", "distinct-values",
    "empty", "ends-with", "exactly-one", "exists", "false", "floor", "index-of", "last", "local-name", "lower-case", "max", "min",
    "month-from-date", "name", "namespace-uri", "node-name", "nilled", "normalize-space", "not", "number", "one-or-more", "position",
    "round", "starts-with", "string", "string-join", "string-length", "substring", "substring-after", "substring-before", "sum",
    "translate", "true", "upper-case", "year-from-date", "zero-or-one",
})  # fmt: skip

_WORDS: Final = frozenset({"if", "and", "or", "in", "satisfies", "return", "then", "else", "div", "mod", "idiv", "eq", "ne", "lt", "le",
                           "gt", "ge", "is", "union", "intersect", "except", "element", "attribute", "node", "text",
                           "comment", "instance", "of", "castable", "cast", "as", "treat", "item"})  # fmt: skip
MAX_EXPRESSION_CHARACTERS: Final = 2_000

_LITERALS = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'')
_COMMENTS = re.compile(r"\(:")
_CALL = re.compile(r"([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)\s*\(")
_LOOP = re.compile(r"(?<![\w$:/@.-])(for|to|some|every)(?![\w:(-])")


def unbounded(schema: XsdSchema) -> Iterator[Violation]:
    """The expressions of a schema that are not taken."""
    for part in schema.parts:
        for node in part.root.iter(f"{{{XS}}}*"):
            if kind(node) in ("assert", "assertion", "alternative") and "test" in node.attrib:
                reason = _refused(node.get("test", ""))
                if reason:
                    yield at(node, XsdSchemaCode.TOO_COMPLEX, f"The expression of this {kind(node)} {reason}")


def _refused(expression: str) -> str | None:
    if len(expression) > MAX_EXPRESSION_CHARACTERS:
        return f"has more than {MAX_EXPRESSION_CHARACTERS} characters. Split it into several"
    bare = _LITERALS.sub("''", expression)
    if _COMMENTS.search(bare):
        return "holds a comment. Remove it"
    loop = _LOOP.search(bare)
    if loop:
        return f"uses {loop[1]!r}, which may run for ever. Compare sets of nodes, or use count()"
    for prefix, name in _CALL.findall(bare):
        if prefix not in ("xs:", "xsd:") and name not in FUNCTIONS | _WORDS:
            return f"calls {prefix}{name}(), which is not allowed. Use a pattern facet for texts, or one of: {', '.join(sorted(FUNCTIONS))}"
    return None
