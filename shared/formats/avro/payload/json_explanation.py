"""Explanations of invalid JSON values: the walk of `json_checks`, slower, with paths."""

from collections.abc import Iterable
from contextlib import suppress

from sluicegate.shared.formats.avro.model import Array, Enum, Fixed, Map, Primitive, RecordType, Schema, Type, Union
from sluicegate.shared.formats.avro.payload.json_checks import Tags, tags_of
from sluicegate.shared.formats.avro.payload.json_faults import JsonCode, mismatch
from sluicegate.shared.formats.avro.payload.json_leaves import Leaf, leaf
from sluicegate.shared.formats.avro.payload.places import Place, path
from sluicegate.shared.formats.avro.payload.program import MAX_DEPTH, separate
from sluicegate.shared.formats.avro.refusals import MAX_QUOTE_LENGTH, quoted
from sluicegate.shared.formats.avro.wording import described, listed
from sluicegate.shared.model import Violation


class _End(Exception):
    """The limit of violations is reached."""


class JsonExplainer:
    """Explains payloads of one schema. Immutable."""

    def __init__(self, schema: Schema) -> None:
        """Prepare the parts that every walk needs."""
        self.schema = schema
        self.separate = separate(schema)

    def faults(self, value: object, limit: int) -> tuple[Violation, ...]:
        """Return at most `limit` violations of the value; empty if it is valid.

        Paths are JSON pointers into the payload.
        """
        walk = _Walk(self, limit)
        with suppress(_End):
            walk.at(self.schema.root, value, None, 0)
        return tuple(walk.found)


class _Walk:
    """One walk through one payload.

    It caches results for types: a payload may need a million of them.
    """

    def __init__(self, explainer: JsonExplainer, limit: int) -> None:
        self._schema = explainer.schema
        self._separate = explainer.separate
        self._limit = limit
        self._leaves: dict[int, Leaf] = {}
        self._tags: dict[int, Tags] = {}
        self.found: list[Violation] = []

    def _note(self, place: Place, code: JsonCode, message: str) -> None:
        self.found.append(Violation(path(place), code, message))
        if len(self.found) >= self._limit:
            raise _End

    def at(self, of: Type, value: object, place: Place, depth: int) -> None:
        definition = self._schema.definition(of)
        match definition:
            case RecordType():
                self._record(definition, value, place, depth)
            case Array() if isinstance(value, list):
                self._each(definition.items, enumerate(value), place, depth)
            case Map() if isinstance(value, dict):
                self._each(definition.values, value.items(), place, depth)
            case Array():
                self._note(place, *mismatch("An array is an array", value))
            case Map():
                self._note(place, *mismatch("A map is an object", value))
            case Union():
                self._union(definition, value, place, depth)
            case _:
                self._leaf(definition, value, place, depth)

    def _leaf(self, of: Primitive | Enum | Fixed, value: object, place: Place, depth: int) -> None:
        if id(of) not in self._leaves:
            self._leaves[id(of)] = leaf(of)
        flaw = self._leaves[id(of)](value, depth)
        if flaw:
            self._note(place, *flaw)

    def _each(self, of: Type, parts: Iterable[tuple[str | int, object]], place: Place, depth: int) -> None:
        for step, part in parts:
            self.at(of, part, (place, step), depth + 1)

    def _record(self, of: RecordType, value: object, place: Place, depth: int) -> None:
        """Two frames a level, as for all types: `at` and this.

        The levels that are allowed must fit on the stack.
        """
        if depth > MAX_DEPTH and id(of) in self._separate:
            self._note(place, JsonCode.NESTED_TOO_DEEPLY, f"The datum is nested more than {MAX_DEPTH} levels deep")
            return
        if not isinstance(value, dict):
            self._note(place, *mismatch(f"The record {of.name.full} is an object", value))
            return
        present = 0
        for field in of.fields:
            if field.name in value:
                present += 1
                self.at(field.type, value[field.name], (place, field.name), depth + 1)
            else:
                message = f"The record {of.name.full} needs the field {_shown(field.name)}, also if it has a default"
                self._note(place, JsonCode.FIELD_MISSING, message)
        if len(value) > present:
            self._unknown(of, value, place)

    def _unknown(self, of: RecordType, value: dict[str, object], place: Place) -> None:
        known = {field.name for field in of.fields}
        for name in [each for each in value if each not in known]:
            message = f"The record {of.name.full} has no field {_shown(name)}"
            self._note((place, name), JsonCode.FIELD_UNKNOWN, message)

    def _union(self, of: Union, value: object, place: Place, depth: int) -> None:
        if id(of) not in self._tags:
            self._tags[id(of)] = tags_of(self._schema, of)
        tags = self._tags[id(of)]
        if value is None:
            if None not in tags:
                self._note(place, JsonCode.BRANCH_UNKNOWN, f"{_union_of(of)} has no branch null")
        elif not isinstance(value, dict) or len(value) != 1:
            message = f"{_union_of(of)} is {_spellings(tags)}"
            self._note(place, JsonCode.UNION_UNTAGGED, message)
        else:
            [(name, inner)] = value.items()
            if name in tags:
                self.at(tags[name], inner, (place, name), depth + 1)
            else:
                self._note((place, name), JsonCode.BRANCH_UNKNOWN, f"{_union_of(of)} has no branch {_shown(name)}")


def _union_of(of: Union) -> str:
    text = described(of)
    return text[0].upper() + text[1:]


def _spellings(tags: Iterable[str | None]) -> str:
    """How the branches of a union are written."""
    each = ["null" if name is None else f"{{{_shown(name)}: value}}" for name in tags]
    return f"written as one of {listed(each)}"


def _shown(name: str) -> str:
    return quoted(name[: MAX_QUOTE_LENGTH + 1])
