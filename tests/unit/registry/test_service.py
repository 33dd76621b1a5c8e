"""The core over a memory store: what is refused, what is found, what is counted."""

from collections.abc import Sequence

import pytest

from registry_api.core.errors import SchemaIncompatible, SchemaInvalid, SchemaNotFound, VersionNotFound
from registry_api.core.examination import EngineExaminer
from registry_api.core.model import AddVersion, Caller, Outcome, Query, RegisterSchema
from registry_api.core.service import Defaults, Registry
from registry_api.metrics import Metrics
from shared.errors import FormatUnsupported
from shared.model import CompatibilityMode, SchemaFormat, SchemaId, ValidityMode, VersionNumber
from tests.fakes.registry_service import line_engine
from tests.fakes.registry_store import FakeStore

CALLER = Caller("me", "request-1")
ONE = SchemaId(1)


class Core:
    """A registry and what stands around it."""

    def __init__(self, defaults: Defaults | None = None) -> None:
        self.store = FakeStore()
        self.metrics = Metrics()
        self.registry = Registry(
            self.store, self.store, EngineExaminer(line_engine), defaults or Defaults(), self.metrics
        )

    def register(
        self,
        text: str,
        compatibility: CompatibilityMode | None = None,
        validity: ValidityMode | None = None,
        schema_format: SchemaFormat = SchemaFormat.JSON,
    ) -> Outcome:
        wish = RegisterSchema("person", schema_format, text, compatibility=compatibility, validity=validity)
        return self.registry.register(wish, CALLER).outcome

    def add(self, text: str) -> Outcome:
        return self.registry.update(AddVersion(ONE, text), CALLER).outcome

    def numbers(self) -> Sequence[int]:
        return [version.number for version in self.registry.schema(ONE).versions]

    def counted(self, outcome: str) -> float:
        return self.metrics.registrations.labels("json", outcome)._value.get()


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
    core.store.down = True
    with pytest.raises(Exception, match="database"):
        core.register("c:int")
    assert {outcome: core.counted(outcome) for outcome in ("added", "exists", "invalid", "incompatible", "failed")} == (
        dict.fromkeys(("added", "exists", "invalid", "incompatible", "failed"), 1)
    )
