"""Keywords for a present property: `dependentRequired`, `dependentSchemas`, `dependencies`."""

from collections.abc import Iterator

from sluicegate.shared.formats.json_schema.compatibility.facts import Branch, Facts
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding, shown
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.compatibility.objects import written
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import mapping, names, pointer
from sluicegate.shared.model import Finding

_REQUIRED = ("dependentRequired", "dependencies")
_SCHEMAS = ("dependentSchemas", "dependencies")


def dependencies(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """Every dependency of the reader must be one of the writer's, or hold anyway."""
    if "object" not in facts.types:
        return
    for keyword in _REQUIRED:
        for name, value in mapping(reader.keywords, keyword).items():
            yield from _required(reader, facts, (keyword, name), names(value))
    for keyword in _SCHEMAS:
        for name in mapping(reader.keywords, keyword):
            schema = reader.at(keyword, name)
            if schema is not None:
                yield from _schema(frame, facts, name, schema)


def _required(reader: Node, facts: Facts, place: tuple[str, str], wanted: tuple[str, ...]) -> Iterator[Finding]:
    trigger = place[1]
    given = [names(mapping(atom.keywords, each).get(trigger)) for atom in facts.atoms for each in _REQUIRED]
    missing = set(wanted) - facts.required - {trigger} - {name for listed in given for name in listed}
    if missing and not written(facts, trigger).never:
        code = Code.DEPENDENCY_ARRAY_EXTENDED if any(given) else Code.DEPENDENCY_ARRAY_ADDED
        change = (
            f"With the property {shown(trigger)} the reader requires {shown(sorted(missing))} too, the writer does not"
        )
        yield finding(code, reader.path + pointer(*place), change)


def _schema(frame: Frame, facts: Facts, trigger: str, schema: Node) -> Iterator[Finding]:
    given = [inner for atom in facts.atoms for each in _SCHEMAS if (inner := atom.at(each, trigger)) is not None]
    if written(facts, trigger).never:
        return
    if given:
        frame.need(schema, facts.also(Branch(tuple(given))))
    elif not frame.prove(schema, facts):
        change = f"With the property {shown(trigger)} the reader accepts only {shown(schema.schema)}, the writer does not say so"
        yield finding(Code.DEPENDENCY_SCHEMA_ADDED, schema.path, change)
