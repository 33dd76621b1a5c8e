"""A repeated native registration finds its version, with all settings."""

from collections.abc import Sequence

import pytest

from sluicegate.registry_api.core.bundles import Document, Member
from sluicegate.registry_api.core.commands import AddVersion, RegisterSchema
from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.metadata import Metadata, Rule, RuleKind, RuleMode, RuleSet
from sluicegate.registry_api.core.model import Registration
from sluicegate.registry_api.core.scopes import Mode
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId
from tests.contracts.subjects.conftest import CALLER, Bench, record

OWNED = Metadata(properties={"owner": "x"})
NUMBERED = Metadata(properties={"confluent:version": "7"})
RULES = RuleSet(domain_rules=(Rule("r", kind=RuleKind.CONDITION, mode=RuleMode.WRITE, type="CEL"),))
ORDER = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'


def publish(bench: Bench, name: str = "s", text: str | None = None, publisher: str = "p") -> Registration:
    """Register a new schema of a publisher."""
    command = RegisterSchema(name, SchemaFormat.AVRO, text or record("a"), publisher_id=publisher)
    return bench.native.register(command, CALLER)


def add(bench: Bench, text: str) -> Registration:
    """Add a version to the first schema through the native API."""
    return bench.native.update(AddVersion(SchemaId(1), text), CALLER)


def publish_bundle(bench: Bench) -> Sequence[Registration]:
    """Register a bundle of two documents, of which one refers to the other."""
    person = RegisterSchema("person", SchemaFormat.AVRO, record("a"), publisher_id="p")
    order = RegisterSchema("order", SchemaFormat.AVRO, ORDER, publisher_id="p")
    documents = [Document(order, (Member("person", "person"),)), Document(person)]
    return list(bench.native.register_bundle(documents, CALLER).values())


SETTINGS = [
    {"default_metadata": OWNED},
    {"override_metadata": OWNED},
    {"default_metadata": NUMBERED},
    {"default_rules": RULES},
    {"override_rules": RULES},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda each: "-".join(each))
def test_new_schema_with_settings_is_registered_once(bench: Bench, settings: dict[str, object]) -> None:
    bench.configure("", **settings)
    first = publish(bench)
    again = [publish(bench), publish(bench, "other name")]
    assert first.added
    assert [(each.added, each.address) for each in again] == [(False, first.address)] * 2
    assert publish(bench, publisher="another").added


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda each: "-".join(each))
def test_bundle_with_settings_is_registered_once(bench: Bench, settings: dict[str, object]) -> None:
    bench.configure("", **settings)
    first = publish_bundle(bench)
    again = publish_bundle(bench)
    assert [each.added for each in (*first, *again)] == [True, True, False, False]
    assert [each.address for each in first] == [each.address for each in again]


def test_new_schema_is_found_where_the_mode_forbids_writing(bench: Bench) -> None:
    bench.configure("", override_metadata=OWNED)
    first = publish(bench)
    bench.set_mode("", Mode.READONLY)
    assert (publish(bench).added, publish(bench).address) == (False, first.address)


def test_version_is_found_after_one_with_metadata(bench: Bench) -> None:
    first = publish(bench)
    bench.register("s", record("a", "b"), metadata=OWNED)
    assert (add(bench, record("a")).added, add(bench, record("a")).address) == (False, first.address)
    assert add(bench, record("a", "b")).number == 2


def test_version_gets_the_next_number_in_its_metadata(bench: Bench) -> None:
    bench.register("s", record("a"), number=1)
    added = [add(bench, record("a", "b")), add(bench, record("a", "b")), add(bench, record("a"))]
    assert [(each.added, each.number) for each in added] == [(True, 2), (False, 2), (False, 1)]
    assert bench.lookup("s", record("a", "b")).metadata == Metadata(properties={"confluent:version": "2"})


def test_version_is_judged_by_the_format_of_the_newest_active_one(bench: Bench) -> None:
    bench.configure("s", compatibility=CompatibilityMode.NONE)
    bench.register("s", record("a"))
    bench.register("s", '{"type":"string"}', kind=SchemaFormat.JSON)
    bench.delete_version("s", 2)
    assert add(bench, record("a")).number == 1
    assert add(bench, record("a", "b")).version.format is SchemaFormat.AVRO


def test_invalid_schema_is_judged_once(bench: Bench) -> None:
    invalid = '{"type":"record","name":"r","fields":[{"name":"a","type":"unknown"}]}'
    for register in (lambda: publish(bench, text=invalid), lambda: bench.add("t", invalid)):
        bench.examiner.asked = 0
        with pytest.raises(SchemaInvalid):
            register()
        assert bench.examiner.asked == 1
