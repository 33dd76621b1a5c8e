"""The registry knows again what it gave out."""

import json

from hypothesis import given, settings
from hypothesis.strategies import booleans, lists, sampled_from, tuples

from sluicegate.registry_api.core.commands import AddVersion, Draft, RegisterSchema, RegisterVersion
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.model import Caller, Outcome
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Config
from sluicegate.registry_api.core.service import Registry
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.core.tagging import Tagging
from sluicegate.registry_api.store.memory import MemoryStore
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, ValidityMode
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
        assert theirs.fingerprint == read.fingerprint

    holds()


def described(schema_format: SchemaFormat, text: str, remark: str) -> str:
    """The same schema with a remark that readers of data do not see, where the format has such."""
    match schema_format:
        case SchemaFormat.AVRO | SchemaFormat.JSON:
            value = json.loads(text)
            key = "doc" if schema_format is SchemaFormat.AVRO else "description"
            return json.dumps({**value, key: remark}) if isinstance(value, dict) else text
        case SchemaFormat.PROTOBUF:
            return f"// {remark}\n{text}"
        case SchemaFormat.XML:
            return f"{text}<!-- {remark} -->"
        case _:
            return f"{text} "


@EVERY_FORMAT
def test_each_registration_is_found_through_every_api(schema_format: SchemaFormat) -> None:
    """Of texts that are equal, equal but for a remark, or different, registered through either API."""
    language = LANGUAGES[schema_format]

    @settings(STEADY, max_examples=25)
    @given(
        language.schemas,
        language.schemas,
        lists(tuples(sampled_from((0, 1)), sampled_from(("", "a", "b")), booleans()), min_size=2, max_size=5),
    )
    def holds(one: object, other: object, sent: list[tuple[int, str, bool]]) -> None:
        store, examiner = MemoryStore(), EngineExaminer(catalog.engine)
        native = Registry(store, examiner)
        subjects = Subjects.over(store, examiner, Tagging(catalog.engine), Config())
        both = [language.text(one), language.text(other)]
        texts = [described(schema_format, both[at], remark) if remark else both[at] for at, remark, _ in sent]
        for place, (text, (_, _, by_subject)) in enumerate(zip(texts, sent, strict=True)):
            if by_subject:
                command = RegisterVersion(SubjectName.parse(f"s{place}"), Draft(text, schema_format))
                subjects.registrations.register(command, CALLER)
            else:
                native.register(RegisterSchema(f"s{place}", schema_format, text, publisher_id=f"p{place}"), CALLER)
        for place, text in enumerate(texts):
            subject, draft = SubjectName.parse(f"s{place}"), Draft(text, schema_format)
            found = subjects.registrations.lookup(subject, draft)
            assert (found.text, found.format, found.number, found.subject) == (text, schema_format, 1, subject)
            assert not subjects.registrations.register(RegisterVersion(subject, draft), CALLER).added
            again = RegisterSchema("again", schema_format, text, publisher_id=f"p{place}")
            assert sent[place][2] or native.register(again, CALLER).address == found.address
            assert native.update(AddVersion(found.schema_id, text), CALLER).address == found.address
            with_id = subjects.catalogue.identified(found.global_id).version
            standard = examiner.content(schema_format, SchemaSource(with_id.text), ValidityMode.NONE).standard_text
            own = examiner.content(schema_format, SchemaSource(text), ValidityMode.NONE).standard_text
            assert (with_id.format, standard) == (schema_format, own)

    holds()
