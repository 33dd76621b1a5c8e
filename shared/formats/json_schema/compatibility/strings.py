"""Lengths, `pattern`, and enforced `format`, `contentEncoding`, `contentMediaType`."""

from collections.abc import Iterator

from sluicegate.shared.formats.json_schema.compatibility.enforcement import enforced, enforcer, matches, meaning
from sluicegate.shared.formats.json_schema.compatibility.facts import Facts
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding, shown
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.compatibility.sizes import LENGTH, bounds, least, most
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import text
from sluicegate.shared.model import Finding


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
    for keyword, wanted in enforced(reader).items():
        yield from _keyword(reader, facts, keyword, wanted, values)


def _keyword(reader: Node, facts: Facts, keyword: str, wanted: str, values: list[str] | None) -> Iterator[Finding]:
    given = [found for atom in facts.atoms if (found := meaning(atom, keyword))]
    validator = enforcer(reader.draft, keyword, wanted)
    if meaning(reader, keyword) in given or (values is not None and all(validator.is_valid(value) for value in values)):
        return
    added, changed = (Code.FORMAT_ADDED, Code.FORMAT_CHANGED) if keyword == "format" else (Code.CONTENT_ADDED,) * 2
    has = f"has {shown(given[0])}" if given else "has none that is enforced"
    change = f"The reader's {keyword} is {shown(wanted)}, the writer {has}"
    yield finding(changed if given else added, f"{reader.path}/{keyword}", change)
