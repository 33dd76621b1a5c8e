"""Contents with equal guids of Confluent are different contents, with their own ids and guids."""

import pytest

from sluicegate.registry_api.core.commands import Draft, RegisterSchema
from sluicegate.registry_api.core.metadata import Metadata, Rule, RuleSet
from sluicegate.registry_api.core.model import Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.shared.model import CompatibilityMode, GlobalId, SchemaFormat, VersionNumber
from tests.contracts.subjects.conftest import CALLER, Bench, draft, record

UUID = '{"type":"string","logicalType":"uuid"}'
JAVA = '{"type":"string","avro.java.string":"String"}'
ONE = record("a")


def rules(*named: Rule) -> RuleSet:
    """A set of domain rules."""
    return RuleSet(domain_rules=named)


LOOK_ALIKES: list[tuple[Metadata | None, RuleSet | None, Metadata | None, RuleSet | None]] = [
    (Metadata(properties={"ownera": "bxc"}), None, Metadata(properties={"owner": "ab", "x": "c"}), None),
    (Metadata(tags={"a": frozenset({"b"})}), None, Metadata(properties={"a": "b"}), None),
    (Metadata(sensitive=frozenset({"ab"})), None, Metadata(properties={"a": "b"}), None),
    (Metadata(sensitive=frozenset({"ab"})), None, Metadata(sensitive=frozenset({"a", "b"})), None),
    (None, rules(Rule("ab", "c", type="T")), None, rules(Rule("a", "bc", type="T"))),
    (None, rules(Rule("a", type="T", expr="x")), None, rules(Rule("a", type="T", on_success="x"))),
    (None, RuleSet(enable_at="2026"), None, RuleSet(enable_at="2027")),
]


def version(bench: Bench, subject: str, number: int = 1) -> Version:
    """A version as it is read."""
    return bench.subjects.catalogue.version(SubjectName.parse(subject), VersionNumber(number))


@pytest.mark.parametrize("text", [UUID, JAVA])
@pytest.mark.parametrize("kinds", [("avro", "json"), ("json", "avro")])
def test_one_text_in_two_formats_is_two_contents(bench: Bench, text: str, kinds: tuple[str, str]) -> None:
    first, second = map(SchemaFormat, kinds)
    assert bench.add("first", text, kind=first) == (1, 1)
    assert bench.add("second", text, kind=second) == (2, 1)
    for subject, kind, global_id in (("first", first, 1), ("second", second, 2)):
        assert (version(bench, subject).format, version(bench, subject).global_id) == (kind, global_id)
        assert bench.lookup_draft(subject, draft(text, kind=kind)).global_id == global_id
        assert bench.register(subject, text, kind=kind).added is False
        assert bench.subjects.catalogue.identified(GlobalId(global_id)).version.format is kind
        found = bench.subjects.catalogue.by_guid(version(bench, subject).guid).version
        assert (found.format, found.global_id) == (kind, global_id)


def test_formats_of_one_text_are_told_apart_in_one_subject(bench: Bench) -> None:
    bench.configure("s", compatibility=CompatibilityMode.NONE)
    assert bench.add("s", UUID) == (1, 1)
    assert bench.add("s", UUID, kind=SchemaFormat.JSON) == (2, 2)
    assert [version(bench, "s", number).format for number in (1, 2)] == [SchemaFormat.AVRO, SchemaFormat.JSON]


@pytest.mark.parametrize("native_first", [True, False])
def test_native_schemas_share_no_content_of_another_format(bench: Bench, native_first: bool) -> None:
    def native() -> None:
        bench.native.register(RegisterSchema("native", SchemaFormat.JSON, UUID), CALLER)

    for act in (native, lambda: bench.add("s", UUID))[:: 1 if native_first else -1]:
        act()
    assert (version(bench, "s").format, version(bench, "native").format) == (SchemaFormat.AVRO, SchemaFormat.JSON)
    assert version(bench, "s").global_id != version(bench, "native").global_id
    assert version(bench, "s").guid != version(bench, "native").guid


@pytest.mark.parametrize("at", range(len(LOOK_ALIKES)))
def test_metadata_and_rules_are_compared_and_not_their_hash(bench: Bench, at: int) -> None:
    one_metadata, one_rules, other_metadata, other_rules = LOOK_ALIKES[at]
    assert bench.add("one", ONE, metadata=one_metadata, rules=one_rules) == (1, 1)
    assert bench.add("other", ONE, metadata=other_metadata, rules=other_rules) == (2, 1)
    assert bench.add("both", ONE, metadata=one_metadata, rules=one_rules) == (1, 1)
    assert bench.add("both", ONE, metadata=other_metadata, rules=other_rules) == (2, 2)
    found = version(bench, "other")
    assert (found.metadata, found.rules) == (other_metadata, other_rules)
    for number, sent in ((1, (one_metadata, one_rules)), (2, (other_metadata, other_rules))):
        looked_up = bench.lookup_draft("both", Draft(ONE, metadata=sent[0], rules=sent[1]))
        assert looked_up.number == number
    assert version(bench, "one").guid != version(bench, "other").guid


def test_references_are_compared_and_not_their_hash(bench: Bench) -> None:
    bench.add("c", record("a", name="x"))
    bench.add("bc", record("a", name="x"))
    user = '{"type":"record","name":"Order","fields":[{"name":"by","type":"x"}]}'
    assert bench.add("one", user, references=(("ab", "c", 1),)) == (2, 1)
    assert bench.add("other", user, references=(("a", "bc", 1),)) == (3, 1)
    assert [each.name for each in version(bench, "other").references] == ["a"]


def test_native_schema_has_none_of_a_subjects_metadata(bench: Bench) -> None:
    owned = Metadata(properties={"owner": "team"})
    assert bench.add("s", ONE, metadata=owned) == (1, 1)
    bench.native_register("native", ONE)
    assert (version(bench, "native").metadata, version(bench, "native").global_id) == (None, 2)
    assert bench.add("t", ONE) == (2, 1)


def test_first_content_of_a_guid_has_confluents(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.add(":.c:s", ONE)
    assert version(bench, "s").guid == version(bench, ":.c:s").guid
    assert len(bench.subjects.catalogue.ids_of_guid(version(bench, "s").guid)) == 2
