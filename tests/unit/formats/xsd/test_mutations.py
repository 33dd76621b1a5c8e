"""After any change of a schema document, every method returns or raises a declared error.

`tests/faults/test_xsd_mutations.py` does the same at length.
"""

from collections import Counter
from collections.abc import Sequence

import pytest

from sluicegate.shared.errors import SchemaSyntaxError, SchemaUnusable
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from tests.fakes.registry_service import Service
from tests.unit.formats.xsd.builders import ENGINE, element, parsed, text
from tests.unit.formats.xsd.corpus import SCHEMAS
from tests.unit.formats.xsd.mutation import documents, mutated, respelt

pytestmark = pytest.mark.slow

MUTATIONS = 400
REGISTRATIONS = 400
GROUPS = 150
SPELLINGS = 6
OTHER = text(element("r"))
SERVER_ERROR = 500


class Registering:
    """A registry that takes changed documents, and counts the answers."""

    def __init__(self) -> None:
        self._client = Service(engine=catalog.engine).client
        self._count = 0
        self.statuses: Counter[int] = Counter()

    def register(self, document: str) -> None:
        """Register a document under a new name; any answer but a server error is right."""
        self._count += 1
        body = {"name": f"n{self._count}", "schema_type": "xml", "specification": document}
        status = self._client.post("/schemas", json=body).status_code
        assert status < SERVER_ERROR, document
        self.statuses[status] += 1


def unequal(seed: int, schemas: Sequence[str]) -> tuple[str, str, bytes] | None:
    """Return two spellings with one canonical text, and a document that only one of them accepts."""
    start = schemas[seed % len(schemas)]
    spellings = dict.fromkeys((start, *(respelt(seed * SPELLINGS + number, start) for number in range(SPELLINGS))))
    groups: dict[str, list[str]] = {}
    for each in spellings:
        schema = ENGINE.parse(SchemaSource(each))
        if not ENGINE.violations(schema):
            groups.setdefault(ENGINE.canonical(schema), []).append(each)
    for group in groups.values():
        first, *others = (ENGINE.compile(ENGINE.parse(SchemaSource(each))) for each in group)
        for payload in documents(seed, group[:1], 40) if others else ():
            for each, other in zip(group[1:], others, strict=True):
                if first.accepts(payload) != other.accepts(payload):
                    return group[0], each, payload
    return None


@pytest.mark.parametrize("first", range(0, MUTATIONS, 100))
def test_no_change_of_a_document_raises_anything_else(first: int) -> None:
    other = parsed(OTHER)
    for seed in range(first, first + 100):
        document = mutated(seed)
        try:
            schema = ENGINE.parse(SchemaSource(document))
        except SchemaSyntaxError:
            continue
        found = ENGINE.violations(schema)
        ENGINE.attributes(schema)
        ENGINE.compare(schema, other)
        ENGINE.compare(other, schema)
        assert ENGINE.canonical(ENGINE.parse(SchemaSource(ENGINE.canonical(schema)))) == ENGINE.canonical(schema), (
            document
        )
        try:
            validator = ENGINE.compile(schema)
        except SchemaUnusable:
            assert found, document
        else:
            assert not found, document
            for payload in (b"<r/>", b"<r><a>1</a><c/></r>", b'<r><n id="a"/><ref>a</ref></r>'):
                assert validator.accepts(payload) == (validator.explain(payload) is None), document


def test_registration_of_changed_schemas_is_never_500() -> None:
    registering = Registering()
    for seed in range(REGISTRATIONS):
        registering.register(mutated(seed, SCHEMAS))
    assert {201, 400} <= registering.statuses.keys()


def test_schemas_of_one_fingerprint_accept_the_same_documents() -> None:
    assert [found for seed in range(GROUPS) if (found := unequal(seed, SCHEMAS))] == []
