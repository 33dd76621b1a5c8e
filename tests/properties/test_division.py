"""A long history that is compared member by member has the verdict of whole comparisons."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.registry_api.core.compatibility import RULES
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.histories import Histories, Terms
from sluicegate.registry_api.core.model import Caller, NewVersion, NumberedSource, Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import State, View
from sluicegate.registry_api.store.memory import MemoryStore
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode, VersionNumber
from tests.properties.formats import STEADY

CALLER = Caller("property", "request")
SUBJECT = SubjectName.parse("s")
EXAMINER = EngineExaminer(catalog.engine)
NAMES = st.sampled_from("abcd")
MODES = st.sampled_from([mode for mode in CompatibilityMode if RULES[mode].transitive])

AVRO_TYPES = st.sampled_from([
    "string", "int", "long", "null", ["null", "string"], ["string", "null"], ["int", "string"], {"type": "array", "items": "int"},
    {"type": "map", "values": ["null", "long"]}, {"type": "enum", "name": "E", "symbols": ["x"]},
    {"type": "enum", "name": "E", "symbols": ["x", "y"]}, {"type": "fixed", "name": "F", "size": 4}, {"type": "int", "logicalType": "date"},
    {"type": "record", "name": "N", "fields": [{"name": "n", "type": "int"}]},
    {"type": "record", "name": "N", "fields": [{"name": "n", "type": "long"}, {"name": "m", "type": "int", "default": 1}]},
])  # fmt: skip
DEFAULTS = {'"string"': "x", '"int"': 1, '"long"': 2, '"null"': None}
JSON_TYPES = st.sampled_from([
    {}, {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": ["string", "null"]}, {"enum": ["x", 1, None]}, {"const": "x"},
    {"type": "string", "maxLength": 3}, {"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "integer"}},
    {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": False}, {"type": "integer", "minimum": 0},
    {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}, {"type": "boolean", "title": "t"}, {"enum": []},
])  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> str:
    """An Avro record."""
    fields = []
    defined: set[str] = set()
    for name in draw(st.lists(NAMES, unique=True, max_size=3)):
        kind = draw(AVRO_TYPES)
        if isinstance(kind, dict) and "name" in kind and kind["name"] in defined:
            continue
        defined |= {kind["name"]} if isinstance(kind, dict) and "name" in kind else set()
        first = json.dumps(kind[0] if isinstance(kind, list) else kind)
        default = {"default": DEFAULTS[first]} if first in DEFAULTS and draw(st.booleans()) else {}
        fields.append({"name": name, "type": kind, "doc": draw(st.sampled_from("xy")), **default})
    return json.dumps({"type": "record", "name": draw(st.sampled_from(["R", "R", "R", "S"])), "fields": fields})


@st.composite
def objects(draw: st.DrawFn) -> str:
    """A JSON schema of an object."""
    properties = draw(st.dictionaries(NAMES, JSON_TYPES, max_size=3))
    required = draw(st.lists(NAMES, unique=True, max_size=2))
    closed = draw(st.sampled_from([{}, {}, {"additionalProperties": False}, {"additionalProperties": True}]))
    return json.dumps(
        {"type": "object", "properties": properties, **closed, **({"required": required} if required else {})}
    )


SCHEMAS = {SchemaFormat.AVRO: records(), SchemaFormat.JSON: objects()}


def registered(store: MemoryStore, schema_format: SchemaFormat, text: str) -> None:
    """Add a version to the subject, whatever the others are."""
    content = EXAMINER.content(schema_format, SchemaSource(text), ValidityMode.NONE)

    def decide(state: State, _: View) -> NewVersion:
        return NewVersion(state.next_number, content, "", f"{text} {state.next_number}")

    store.register(SUBJECT, decide, CALLER)


def active(store: MemoryStore) -> list[Version]:
    """The active versions, newest first."""
    state = store.state(SUBJECT)
    assert state.schema_id is not None
    entries = [entry.address for entry in store.history(state.schema_id)]
    return sorted(store.versions(entries), key=lambda version: -version.number)


def refused(terms: Terms, source: SchemaSource, versions: Sequence[Version]) -> set[int]:
    """The versions that whole comparisons find something against."""
    history = [NumberedSource(each.number, SchemaSource(each.text, artifact=each.artifact)) for each in versions]
    found = EXAMINER.incompatibilities(terms.format, terms.mode, source, history, terms.policy)
    return {each.number for each in found}


@pytest.mark.parametrize("schema_format", SCHEMAS)
def test_suspects_hold_every_incompatible_version(schema_format: SchemaFormat) -> None:
    """The history grows, and loses versions, between the questions."""

    @settings(STEADY, max_examples=150)
    @given(
        st.lists(SCHEMAS[schema_format], min_size=3, max_size=10),
        MODES,
        st.sampled_from([None, *Policy]),
        st.booleans(),
    )
    def holds(texts: list[str], mode: CompatibilityMode, policy: Policy | None, deletes: bool) -> None:
        store, histories, terms = MemoryStore(), Histories(EXAMINER), Terms(schema_format, mode, policy)
        for place, text in enumerate(texts):
            candidate = SchemaSource(text, artifact=_artifact(schema_format, text))
            if place > 1:
                state = store.state(SUBJECT)
                assert state.schema_id is not None
                suspects = histories.suspects(terms, candidate, state.schema_id, store)
                assert suspects is not None
                assert refused(terms, candidate, active(store)) <= set(suspects)
                if deletes and place % 3 == 0:
                    store.delete_version(state.schema_id, VersionNumber(place - 1), CALLER)
            registered(store, schema_format, text)

    holds()


@pytest.mark.parametrize("schema_format", SCHEMAS)
def test_version_that_fits_by_members_is_compatible(schema_format: SchemaFormat) -> None:
    histories = Histories(EXAMINER)

    @settings(STEADY, max_examples=150)
    @given(SCHEMAS[schema_format], SCHEMAS[schema_format], MODES, st.sampled_from([None, *Policy]))
    def holds(old: str, new: str, mode: CompatibilityMode, policy: Policy | None) -> None:
        store, terms = MemoryStore(), Terms(schema_format, mode, policy)
        registered(store, schema_format, old)
        (version,) = active(store)
        candidate = SchemaSource(new, artifact=_artifact(schema_format, new))
        if histories.fits(terms, candidate, version):
            assert not refused(terms, candidate, [version])

    holds()


def _artifact(schema_format: SchemaFormat, text: str) -> bytes | None:
    return EXAMINER.content(schema_format, SchemaSource(text), ValidityMode.NONE).artifact


def test_compatible_version_of_a_long_history_has_no_suspects() -> None:
    store, histories = MemoryStore(), Histories(EXAMINER)
    terms = Terms(SchemaFormat.AVRO, CompatibilityMode.FULL_TRANSITIVE, None)

    def text(number: int) -> str:
        fields = [{"name": "a", "type": "string"}, {"name": f"b{number}", "type": "string", "default": ""}]
        return json.dumps({"type": "record", "name": "R", "fields": fields})

    for number in range(60):
        registered(store, SchemaFormat.AVRO, text(number))
    schema_id = store.state(SUBJECT).schema_id
    assert schema_id is not None
    assert histories.suspects(terms, SchemaSource(text(99)), schema_id, store) == []
    odd = text(7).replace('"string", "default": ""', '["int", "string"], "default": 1')
    assert histories.suspects(terms, SchemaSource(odd), schema_id, store) == [8]
