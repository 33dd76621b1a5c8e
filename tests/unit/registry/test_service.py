"""The core over a memory store: refusals, look-ups, counts."""

from collections.abc import Callable, Sequence

import pytest

from sluicegate.registry_api.core.commands import AddVersion, Query, RegisterSchema
from sluicegate.registry_api.core.errors import (
    InputInvalid,
    ReferenceGone,
    SchemaIncompatible,
    SchemaInvalid,
    SchemaNotFound,
    VersionNotFound,
    VersionReferenced,
)
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.model import Address, Caller, Outcome, Reference
from sluicegate.registry_api.core.service import Defaults, Registry
from sluicegate.registry_api.metrics import Metrics
from sluicegate.shared.errors import FormatUnsupported
from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId, ValidityMode, VersionNumber
from tests.fakes.registry_service import line_engine
from tests.fakes.registry_store import FakeStore
from tests.fakes.schema_engine import CompilingLineEngine

CALLER = Caller("me", "request-1")
ONE = SchemaId(1)


class Core:
    """A registry with its surroundings."""

    def __init__(
        self, defaults: Defaults | None = None, engine: Callable[[SchemaFormat], FormatEngine] = line_engine
    ) -> None:
        self.store = FakeStore()
        self.metrics = Metrics()
        self.registry = Registry(self.store, EngineExaminer(engine), defaults or Defaults(), self.metrics)

    def register(
        self,
        text: str,
        compatibility: CompatibilityMode | None = None,
        validity: ValidityMode | None = None,
        schema_format: SchemaFormat = SchemaFormat.JSON,
        references: tuple[Reference, ...] = (),
    ) -> Outcome:
        wish = RegisterSchema(
            "person", schema_format, text, compatibility=compatibility, validity=validity, references=references
        )
        return self.registry.register(wish, CALLER).outcome

    def add(self, text: str, schema_id: int = 1, references: tuple[Reference, ...] = ()) -> Outcome:
        return self.registry.update(AddVersion(SchemaId(schema_id), text, references=references), CALLER).outcome

    def numbers(self) -> Sequence[int]:
        return [version.number for version in self.registry.schema(ONE).versions]

    def fingerprint(self, schema_id: int) -> str:
        return self.registry.latest(SchemaId(schema_id)).fingerprint

    def counted(self, outcome: str) -> float:
        return float(self.metrics.registrations.labels("json", outcome)._value.get())


def to(schema_id: int, number: int = 1, name: str = "common") -> Reference:
    return Reference(name, Address(SchemaId(schema_id), VersionNumber(number)))


@pytest.fixture
def core() -> Core:
    return Core()


def test_one_content_in_two_spellings_is_one_schema(core: Core) -> None:
    assert core.register("a:int\nb:int") is Outcome.ADDED
    assert core.register("b:int # first\na:int") is Outcome.EXISTS


def test_the_text_is_kept_as_it_was_written(core: Core) -> None:
    core.register("b:int  #\n a:int")
    assert core.registry.version(ONE, VersionNumber(1)).text == "b:int  #\n a:int"


def test_the_attributes_are_the_engines(core: Core) -> None:
    core.register("b:int\na:int")
    assert core.registry.version(ONE, VersionNumber(1)).attributes == ("a", "b")


@pytest.mark.parametrize(
    ("validity", "text", "accepted"),
    [
        (ValidityMode.FULL, "a:int", True),
        (ValidityMode.FULL, "a:bad", False),
        (ValidityMode.FULL, "nonsense", False),
        (ValidityMode.SYNTAX_ONLY, "a:bad", True),
        (ValidityMode.SYNTAX_ONLY, "nonsense", False),
        (ValidityMode.NONE, "a:bad", True),
        (ValidityMode.NONE, "nonsense", True),
    ],
)
@pytest.mark.parametrize("by_default", [True, False])
def test_validity_decides_what_is_checked(validity: ValidityMode, text: str, accepted: bool, by_default: bool) -> None:
    core = Core(Defaults(validity=validity)) if by_default else Core()
    own = None if by_default else validity
    assert (core.registry.check_validity(SchemaFormat.JSON, text, own) == ()) is accepted
    if accepted:
        assert core.register(text, validity=own) is Outcome.ADDED
    else:
        with pytest.raises(SchemaInvalid) as caught:
            core.register(text, validity=own)
        assert caught.value.violations


def test_two_texts_that_do_not_parse_are_the_same_only_to_the_byte(core: Core) -> None:
    assert core.register("nonsense", validity=ValidityMode.NONE) is Outcome.ADDED
    assert core.register("nonsense ", validity=ValidityMode.NONE) is Outcome.ADDED
    assert core.register("nonsense", validity=ValidityMode.NONE) is Outcome.EXISTS


def test_an_update_obeys_the_schemas_own_modes() -> None:
    core = Core(Defaults(CompatibilityMode.NONE, ValidityMode.NONE))
    core.register("a:int", CompatibilityMode.BACKWARD, ValidityMode.FULL)
    with pytest.raises(SchemaIncompatible):
        core.add("b:int")
    with pytest.raises(SchemaInvalid):
        core.add("a:bad")
    assert core.numbers() == [1]


def test_an_update_obeys_the_registrys_modes_where_the_schema_has_none() -> None:
    core = Core(Defaults(compatibility=CompatibilityMode.NONE))
    core.register("a:int")
    assert core.add("b:int") is Outcome.ADDED


def test_an_active_content_is_found_whatever_the_mode_says(core: Core) -> None:
    core.register("a:int")
    core.add("a:int\nb:int?")
    assert core.add("a:int") is Outcome.EXISTS


def test_a_deactivated_content_comes_back_under_a_new_number(core: Core) -> None:
    core.register("a:int")
    core.add("a:int\nb:int?")
    core.registry.delete_version(ONE, VersionNumber(1), CALLER)
    assert core.add("a:int") is Outcome.ADDED
    assert core.numbers() == [2, 3]


def test_a_deactivated_version_is_not_compared_with(core: Core) -> None:
    core.register("a:int", CompatibilityMode.BACKWARD_TRANSITIVE)
    core.add("a:int\nb:int?")
    core.registry.delete_version(ONE, VersionNumber(2), CALLER)
    assert core.add("a:int\nb:text?") is Outcome.ADDED


def test_a_check_changes_nothing(core: Core) -> None:
    core.register("a:int")
    assert core.registry.check_compatibility(ONE, "a:int\nb:int?") == ()
    assert [found.finding.path for found in core.registry.check_compatibility(ONE, "b:int")] == ["b"]
    with pytest.raises(SchemaInvalid):
        core.registry.check_compatibility(ONE, "a:bad")
    assert core.numbers() == [1]


def test_what_is_not_there_is_not_found(core: Core) -> None:
    for ask in (
        lambda: core.add("a:int"),
        lambda: core.registry.schema(ONE),
        lambda: core.registry.latest(ONE),
        lambda: core.registry.check_compatibility(ONE, "a:int"),
        lambda: core.registry.delete_schema(ONE, CALLER),
    ):
        with pytest.raises(SchemaNotFound):
            ask()
    for ask_version in (
        lambda: core.registry.version(ONE, VersionNumber(1)),
        lambda: core.registry.delete_version(ONE, VersionNumber(1), CALLER),
    ):
        with pytest.raises(VersionNotFound):
            ask_version()
    assert core.registry.search(Query()).schemas == ()


def test_a_format_without_an_engine_is_refused(core: Core) -> None:
    with pytest.raises(FormatUnsupported):
        core.register("a:int", schema_format=SchemaFormat.CSV)


def test_each_wish_is_counted_by_what_became_of_it(core: Core) -> None:
    core.register("a:int")
    core.register("a:int")
    for text in ("a:bad", "b:int"):
        with pytest.raises((SchemaInvalid, SchemaIncompatible)):
            core.add(text)
    with pytest.raises(InputInvalid):
        core.register("d:int", references=(to(9),))
    core.store.down = True
    with pytest.raises(Exception, match="database"):
        core.register("c:int")
    assert {outcome: core.counted(outcome) for outcome in ("added", "exists", "invalid", "incompatible", "failed")} == (
        dict.fromkeys(("added", "exists", "invalid", "incompatible", "failed"), 1) | {"invalid": 2}
    )


def test_the_engine_reads_what_a_schema_refers_to(core: Core) -> None:
    core.register("a:int")
    core.register("b:int\n+common", references=(to(1),))
    core.register("c:int\n+other", references=(to(2, name="other"),))
    assert core.registry.latest(SchemaId(3)).attributes == ("a", "b", "c")
    assert core.registry.latest(SchemaId(3)).references == (to(2, name="other"),)


def test_what_a_schema_refers_to_is_part_of_its_identity(core: Core) -> None:
    """The same text with another name, or another referenced content, is another schema."""
    core.register("a:int")
    core.register("b:int")
    assert core.register("x:int", references=(to(1),)) is Outcome.ADDED
    assert core.register("x:int", references=(to(1, name="other"),)) is Outcome.ADDED
    assert core.register("x:int", references=(to(2),)) is Outcome.ADDED
    assert core.register("x:int") is Outcome.ADDED
    assert core.register("x:int", references=(to(1), to(2, name="d"))) is Outcome.ADDED
    assert len({core.fingerprint(n) for n in range(1, 8)}) == 7


def test_where_a_referenced_content_stands_and_the_order_of_references_do_not_count(core: Core) -> None:
    core.register("a:int")
    core.add("a:int\nb:int?")
    core.store.delete_version(ONE, VersionNumber(1), CALLER)
    core.add("a:int")
    core.register("x:int", references=(to(1, 2, "second"), to(1, 3, "third")))
    assert core.register("x:int", references=(to(1, 3, "third"), to(1, 2, "second"))) is Outcome.EXISTS
    core.registry.register(RegisterSchema("copy", SchemaFormat.JSON, "a:int", publisher_id="other"), CALLER)
    assert core.register("x:int", references=(to(3, 1, "third"), to(1, 2, "second"))) is Outcome.EXISTS


def test_the_references_of_a_text_that_does_not_parse_count_too(core: Core) -> None:
    core.register("a:int")
    assert core.register("nonsense", validity=ValidityMode.NONE) is Outcome.ADDED
    assert core.register("nonsense", validity=ValidityMode.NONE, references=(to(1),)) is Outcome.ADDED


def test_a_name_that_leads_nowhere_is_the_engines_to_refuse(core: Core) -> None:
    with pytest.raises(SchemaInvalid):
        core.register("+common")
    core.register("a:int")
    with pytest.raises(SchemaInvalid):
        core.register("+common", references=(to(1, name="other"),))


def test_each_version_is_compared_with_its_own_references(core: Core) -> None:
    """The text never changes; its references do."""
    core.register("a:int")
    core.add("a:int\nb:int?")
    core.registry.register(RegisterSchema("narrow", SchemaFormat.JSON, "a:int\nc:int"), CALLER)
    core.register("+common", CompatibilityMode.BACKWARD_TRANSITIVE, references=(to(1, 1),))
    assert core.add("+common", 3, (to(1, 2),)) is Outcome.ADDED
    found = core.registry.check_compatibility(SchemaId(3), "+common", (to(2),))
    assert [(each.number, each.finding.path) for each in found] == [(2, "c"), (1, "c")]
    with pytest.raises(SchemaIncompatible):
        core.add("+common", 3, (to(2),))


def test_only_the_versions_that_a_mode_looks_at_have_their_references_read() -> None:
    core = Core(Defaults(compatibility=CompatibilityMode.BACKWARD))
    for n in range(3):
        core.register(f"a{n}:int?")
    core.register("+common", references=(to(1),))
    core.add("+common", 4, (to(2),))
    core.store.looked_up.clear()
    core.registry.check_compatibility(SchemaId(4), "x:int?")
    assert core.store.looked_up == [{to(2).address}]


def test_nothing_more_is_read_for_schemas_without_references(core: Core) -> None:
    core.register("a:int")
    core.add("a:int\nb:int?")
    core.registry.check_compatibility(ONE, "a:int")
    core.registry.check_validity(SchemaFormat.JSON, "a:int", None)
    assert core.store.looked_up == []


def test_references_that_cannot_be_are_refused_everywhere(core: Core) -> None:
    core.register("a:int")
    bad = (to(9),)
    for attempt in (
        lambda: core.register("x:int", references=bad),
        lambda: core.register("x:int", validity=ValidityMode.NONE, references=bad),
        lambda: core.add("x:int", references=bad),
        lambda: core.registry.check_compatibility(ONE, "x:int", bad),
        lambda: core.registry.check_validity(SchemaFormat.JSON, "x:int", None, bad),
    ):
        with pytest.raises(InputInvalid) as caught:
            attempt()
        assert [each.path for each in caught.value.violations] == ["references.0.version"]
    assert core.numbers() == [1]


def test_a_schema_must_not_lead_back_to_itself(core: Core) -> None:
    core.register("a:int")
    core.register("+common", references=(to(1),))
    for attempt in (
        lambda: core.add("a:int\n+x", references=(to(2, name="x"),)),
        lambda: core.add("+x", references=(to(1, name="x"),)),
        lambda: core.registry.check_compatibility(ONE, "+x", (to(2, name="x"),)),
    ):
        with pytest.raises(InputInvalid, match="leads back to schema 1, and no schema may depend on itself"):
            attempt()
    assert core.registry.check_validity(SchemaFormat.JSON, "+x", None, (to(2, name="x"),)) == ()


def test_a_reference_that_goes_at_the_last_moment_is_refused(core: Core) -> None:
    core.register("a:int")
    core.store.before_write = lambda: core.store.deactivate_elsewhere(1, 1)
    with pytest.raises(ReferenceGone, match="Schema 1 version 1 is not active"):
        core.register("+common", references=(to(1),))


def test_what_is_referred_to_cannot_be_deleted(core: Core) -> None:
    core.register("a:int")
    core.register("+common", references=(to(1),))
    attempts: tuple[Callable[[], object], ...] = (
        lambda: core.registry.delete_version(ONE, VersionNumber(1), CALLER),
        lambda: core.registry.delete_schema(ONE, CALLER),
    )
    for attempt in attempts:
        with pytest.raises(VersionReferenced) as caught:
            attempt()
        assert [each.by for each in caught.value.referrals] == [Address(SchemaId(2), VersionNumber(1))]
    core.registry.delete_schema(SchemaId(2), CALLER)
    core.registry.delete_schema(ONE, CALLER)


def test_what_a_text_was_compiled_to_is_kept_and_read_instead_of_the_text() -> None:
    engine = CompilingLineEngine()
    core = Core(Defaults(CompatibilityMode.FULL_TRANSITIVE), lambda _: engine)
    core.register("a:int # one")
    core.add("a:int\nb:int?")
    assert core.registry.latest(ONE).artifact == b"compiled:a:int\nb:int?"
    engine.parsed = 0
    core.add("a:int\nb:int?\nc:int?")
    core.registry.check_compatibility(ONE, "a:int")
    assert engine.parsed == 2  # the new ones; neither they nor the old ones again, to be compared


def test_an_artifact_that_does_not_fit_is_ignored() -> None:
    """Another release of the engine made it, say."""
    engine = CompilingLineEngine()
    core = Core(engine=lambda _: engine)
    core.register("a:int")
    core.store.spoil_artifacts()
    assert core.add("b:int?\na:int") is Outcome.ADDED
    with pytest.raises(SchemaIncompatible):
        core.add("c:int")


def test_an_artifact_that_is_very_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluicegate.shared.formats.engine.LARGEST_ARTIFACT", 20)
    core = Core(engine=lambda _: CompilingLineEngine())
    core.register("a:int")
    core.register("a:int\nb:int\nc:int")
    assert [core.registry.latest(SchemaId(n)).artifact for n in (1, 2)] == [b"compiled:a:int", None]
