"""Lengths, `pattern`, and what some drafts enforce: `format`, `contentEncoding`, `contentMediaType`."""

from collections.abc import Iterator
from functools import lru_cache

import jsonschema_rs

from sluicegate.shared.formats.json_schema.compatibility.facts import Facts
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding, shown
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.compatibility.sizes import LENGTH, bounds, least, most
from sluicegate.shared.formats.json_schema.drafts import Draft
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import text
from sluicegate.shared.model import Finding

_NOT_OF_ANY_FORMAT = ("\0 <>[(\\", "(", "x")
"""At least one of these is refused by every format that is enforced."""


def strings(_frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """Every string that the writer may use must be one that the reader takes."""
    if "string" not in facts.types:
        return
    values = None if facts.values is None else [value for value in facts.values if isinstance(value, str)]
    lengths = None if values is None else [len(value) for value in values]
    if lengths is None:
        yield from bounds(reader, LENGTH, least(facts, LENGTH), most(facts, LENGTH))
    elif lengths:
        yield from bounds(reader, LENGTH, min(lengths), max(lengths))
    yield from _pattern(reader, facts, values)
    yield from _enforced(reader, facts, values)


def matches(pattern: str, value: str) -> bool:
    """Whether a pattern of JSON Schema (ECMA-262, not anchored) is found in a text; not when the pattern is faulty."""
    validator = _matcher(pattern)
    return validator is not None and validator.is_valid(value)


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> jsonschema_rs.Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, offline=True)
    except ValueError:
        return None


def _pattern(reader: Node, facts: Facts, values: list[str] | None) -> Iterator[Finding]:
    wanted = text(reader.keywords, "pattern")
    if wanted is None:
        return
    given = [found for atom in facts.atoms if (found := text(atom.keywords, "pattern")) is not None]
    if wanted in given or (values is not None and all(matches(wanted, value) for value in values)):
        return
    has = f"has {shown(given[0])}" if given else "has none"
    code = Code.PATTERN_CHANGED if given else Code.PATTERN_ADDED
    yield finding(code, f"{reader.path}/pattern", f"The reader's pattern is {shown(wanted)}, the writer {has}")


def _enforced(reader: Node, facts: Facts, values: list[str] | None) -> Iterator[Finding]:
    draft = reader.draft
    keywords = (["format"] if reader.home.asserts_format(draft) else []) + (
        ["contentEncoding", "contentMediaType"] if draft.asserts_content else []
    )
    for keyword in keywords:
        wanted = text(reader.keywords, keyword)
        if wanted is not None and _refuses_something(draft, keyword, wanted):
            yield from _keyword(reader, facts, keyword, wanted, values)


def _keyword(reader: Node, facts: Facts, keyword: str, wanted: str, values: list[str] | None) -> Iterator[Finding]:
    given = [
        found for atom in facts.atoms
        if atom.draft is reader.draft and atom.home.asserts_format(atom.draft) and (found := text(atom.keywords, keyword)) is not None
    ]  # fmt: skip
    validator = _enforcer(reader.draft, keyword, wanted)
    if wanted in given or (values is not None and all(validator.is_valid(value) for value in values)):
        return
    added, changed = (Code.FORMAT_ADDED, Code.FORMAT_CHANGED) if keyword == "format" else (Code.CONTENT_ADDED,) * 2
    has = f"has {shown(given[0])}" if given else "has none that is enforced"
    change = f"The reader's {keyword} is {shown(wanted)}, the writer {has}"
    yield finding(changed if given else added, f"{reader.path}/{keyword}", change)


@lru_cache(maxsize=256)
def _enforcer(draft: Draft, keyword: str, wanted: str) -> jsonschema_rs.Validator:
    return draft.native({keyword: wanted}, offline=True, validate_formats=True)


def _refuses_something(draft: Draft, keyword: str, wanted: str) -> bool:
    """Whether the library knows the format; it passes over those that it does not know."""
    validator = _enforcer(draft, keyword, wanted)
    return not all(validator.is_valid(value) for value in _NOT_OF_ANY_FORMAT)
