"""The registry knows again what it gave out."""

from hypothesis import given, settings

from sluicegate.registry_api.core.commands import AddVersion, RegisterSchema
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.model import Caller, Outcome
from sluicegate.registry_api.core.service import Registry
from sluicegate.registry_api.store.memory import MemoryStore
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat
from tests.properties.formats import EVERY_FORMAT, LANGUAGES, STEADY

CALLER = Caller("property", "request")


@EVERY_FORMAT
def test_registering_what_a_read_returned_gives_the_same_id(schema_format: SchemaFormat) -> None:
    """As a new schema, as a version of the same, in its canonical text, and by another publisher."""
    language, engine = LANGUAGES[schema_format], catalog.engine(schema_format)

    @settings(STEADY, max_examples=50)
    @given(language.schemas)
    def holds(value: object) -> None:
        store = MemoryStore()
        registry = Registry(store, EngineExaminer(catalog.engine))
        text = language.text(value)
        first = registry.register(RegisterSchema("s", schema_format, text), CALLER)
        read = registry.version(first.schema_id, first.number)
        canonical = engine.canonical(engine.parse(SchemaSource(read.text)))

        assert first.outcome is Outcome.ADDED
        assert read.text == text
        for each in (read.text, canonical):
            again = registry.register(RegisterSchema("t", schema_format, each), CALLER)
            update = registry.update(AddVersion(first.schema_id, each), CALLER)
            for found in (again, update):
                assert (found.outcome, found.schema_id, found.number) == (Outcome.EXISTS, first.schema_id, first.number)
        other = registry.register(RegisterSchema("s", schema_format, canonical, publisher_id="other"), CALLER)
        theirs = registry.version(other.schema_id, other.number)
        assert other.outcome is Outcome.ADDED
        assert (theirs.global_id, theirs.fingerprint) == (read.global_id, read.fingerprint)

    holds()
