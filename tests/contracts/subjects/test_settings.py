"""Modes and configuration: inheritance and effect."""

from collections.abc import Callable

import pytest

from sluicegate.registry_api.core.commands import AddVersion, Deleted, RegisterSchema
from sluicegate.registry_api.core.errors import NotPermitted, RegistryError, SchemaIncompatible
from sluicegate.registry_api.core.metadata import Metadata, Rule, RuleMode, RuleSet
from sluicegate.registry_api.core.names import DEFAULT_SCOPE, SubjectName
from sluicegate.registry_api.core.scopes import CompatibilityPolicy, Config, ConfigUpdate, Mode
from sluicegate.registry_api.core.subject_errors import (
    ConfigNotFound,
    ContextNotEmpty,
    IdTaken,
    ModeMisplaced,
    ModeNotFound,
    SettingInvalid,
    SubjectIncompatible,
    SubjectNotFound,
)
from sluicegate.shared.model import CompatibilityMode, SchemaFormat
from tests.contracts.subjects.conftest import CALLER, Bench, record

ONE, TWO = record("a"), record("a", "b")
EVERYTHING = ":.__GLOBAL:"
NONE, FULL = CompatibilityMode.NONE, CompatibilityMode.FULL

MAY = {
    Mode.READWRITE: {"register", "delete", "configure"},
    Mode.READONLY: set(),
    Mode.READONLY_OVERRIDE: set(),
    Mode.IMPORT: {"register with id", "delete", "configure"},
}


@pytest.mark.parametrize("mode", MAY)
@pytest.mark.parametrize("scope", ["s", "", EVERYTHING])
def test_what_a_mode_allows(bench: Bench, mode: Mode, scope: str) -> None:
    bench.add("s", ONE)
    bench.set_mode(scope, mode, force=True)
    acts: dict[str, Callable[[], object]] = {
        "register": lambda: bench.add("s", TWO),
        "register with id": lambda: bench.add("s", TWO, global_id=9),
        "configure": lambda: bench.configure("s", normalize=True),
        "delete": lambda: bench.delete("s"),
    }
    assert {name for name, act in acts.items() if permitted(act)} == MAY[mode]


def permitted(act: Callable[[], object]) -> bool:
    """Whether a mode allowed it."""
    try:
        act()
    except NotPermitted:
        return False
    return True


@pytest.mark.parametrize(
    ("modes", "in_force"),
    [
        ({}, Mode.READWRITE),
        ({EVERYTHING: Mode.READONLY}, Mode.READONLY),
        ({EVERYTHING: Mode.READONLY, ":.c:": Mode.READWRITE}, Mode.READWRITE),
        ({"": Mode.READONLY}, Mode.READWRITE),
        ({":.c:": Mode.IMPORT, ":.c:s": Mode.READONLY}, Mode.READONLY),
        ({EVERYTHING: Mode.READONLY_OVERRIDE, ":.c:s": Mode.READWRITE}, Mode.READONLY_OVERRIDE),
    ],
)
def test_the_narrowest_scope_counts(bench: Bench, modes: dict[str, Mode], in_force: Mode) -> None:
    for scope, mode in modes.items():
        bench.set_mode(scope, mode)
    assert bench.subjects.settings.mode(SubjectName.parse(":.c:s"), default_to_global=True) is in_force


def test_a_scope_without_a_mode_of_its_own_says_so(bench: Bench) -> None:
    with pytest.raises(ModeNotFound):
        bench.subjects.settings.mode(SubjectName.parse("s"))
    assert bench.subjects.settings.mode(DEFAULT_SCOPE) is Mode.READWRITE
    with pytest.raises(SubjectNotFound):
        bench.subjects.settings.delete_mode(SubjectName.parse("s"), CALLER)
    bench.set_mode("s", Mode.READONLY)
    assert bench.subjects.settings.delete_mode(SubjectName.parse("s"), CALLER) is Mode.READONLY
    with pytest.raises(ModeNotFound):
        bench.subjects.settings.mode(SubjectName.parse("s"))


def test_clearing_a_mode_recursively(bench: Bench) -> None:
    bench.set_mode("s", Mode.READONLY)
    bench.configure("t", compatibility=FULL)
    bench.set_mode("t", Mode.READONLY)
    bench.subjects.settings.delete_mode(DEFAULT_SCOPE, CALLER, recursive=True)
    for name in ("s", "t"):
        with pytest.raises(ModeNotFound):
            bench.subjects.settings.mode(SubjectName.parse(name))
    assert bench.subjects.settings.config(SubjectName.parse("t")).compatibility is FULL


def test_import_needs_an_empty_scope_and_removes_what_was_deleted_softly(bench: Bench) -> None:
    bench.add("s", ONE)
    for scope in ("s", ""):
        with pytest.raises(NotPermitted, match="Cannot import since found existing subjects"):
            bench.set_mode(scope, Mode.IMPORT)
    bench.delete("s")
    bench.set_mode("", Mode.IMPORT)
    assert bench.subjects.catalogue.subjects(deleted=Deleted.INCLUDED) == ()
    with pytest.raises(IdTaken):
        bench.add("s", TWO, global_id=1)
    assert bench.add("s", ONE, global_id=1) == (1, 1), "a removed id may be brought back with its own content"


def test_import_again_removes_nothing(bench: Bench) -> None:
    bench.set_mode("", Mode.IMPORT)
    bench.add("s", ONE, global_id=1)
    bench.add("t", ONE, global_id=1)
    bench.delete("s")
    assert bench.set_mode("", Mode.IMPORT) is Mode.IMPORT
    assert bench.subjects.catalogue.subjects(deleted=Deleted.INCLUDED) == ("s", "t")


def test_import_leaves_what_others_refer_to(bench: Bench) -> None:
    order = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
    bench.add(":.c:people", ONE)
    bench.add(":.c:orders", order, references=(("person", "people", 1),))
    bench.add("orders", order, references=(("person", ":.c:people", 1),))
    bench.delete(":.c:orders")
    bench.delete("orders")
    bench.delete(":.c:people")
    bench.set_mode(":.c:", Mode.IMPORT)
    assert bench.subjects.catalogue.subjects(deleted=Deleted.INCLUDED) == (":.c:people", "orders")
    bench.set_mode(EVERYTHING, Mode.IMPORT)
    assert bench.subjects.catalogue.subjects(deleted=Deleted.INCLUDED) == ()


def test_forced_import_leaves_everything_where_it_is(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.delete("s")
    bench.add("t", ONE)
    assert bench.set_mode("", Mode.IMPORT, force=True) is Mode.IMPORT
    assert bench.subjects.catalogue.subjects(deleted=Deleted.INCLUDED) == ("s", "t")


def test_an_import_may_bring_a_version_again(bench: Bench) -> None:
    bench.set_mode("", Mode.IMPORT)
    for _ in range(2):
        assert bench.add("s", ONE, global_id=5, number=2) == (5, 2)
    bench.delete_version("s", 2)
    assert bench.add("s", ONE, global_id=5, number=2) == (5, 2)
    assert bench.numbers("s") == (2,)
    assert bench.add("s", TWO, global_id=3, number=1) == (3, 1)
    assert bench.numbers("s") == (1, 2)


def test_forward_is_for_everything_alone(bench: Bench) -> None:
    for scope in ("s", "", ":.c:"):
        with pytest.raises(ModeMisplaced, match="Forward mode is only allowed for the global context"):
            bench.set_mode(scope, Mode.FORWARD)
    assert bench.set_mode(EVERYTHING, Mode.FORWARD) is Mode.FORWARD
    assert bench.add("s", ONE, global_id=4) == (4, 1)


def test_a_mode_forbids_the_native_api_too(bench: Bench) -> None:
    schema_id = bench.native_register("s", ONE)
    bench.set_mode("", Mode.READONLY)
    with pytest.raises(NotPermitted):
        bench.native_register("t", TWO)
    with pytest.raises(NotPermitted):
        bench.native.delete_schema(schema_id, CALLER)
    bench.set_mode("s", Mode.READWRITE)
    bench.native.delete_schema(schema_id, CALLER)


def test_what_is_already_registered_is_found_in_every_mode(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.set_mode("", Mode.READONLY)
    assert bench.add("s", ONE) == (1, 1)


@pytest.mark.parametrize(
    ("configs", "in_force"),
    [
        ({}, CompatibilityMode.BACKWARD),
        ({EVERYTHING: NONE}, NONE),
        ({EVERYTHING: NONE, "": FULL}, FULL),
        ({"": FULL, "s": NONE}, NONE),
        ({":.c:": NONE}, CompatibilityMode.BACKWARD),
    ],
)
def test_the_narrowest_compatibility_counts(
    bench: Bench, configs: dict[str, CompatibilityMode], in_force: CompatibilityMode
) -> None:
    for scope, mode in configs.items():
        bench.configure(scope, compatibility=mode)
    config = bench.subjects.settings.config(SubjectName.parse("s"), default_to_global=True)
    assert config.compatibility is in_force


@pytest.mark.parametrize("first", [True, False])
def test_a_subject_s_compatibility_is_its_schema_s_whichever_was_there_first(bench: Bench, first: bool) -> None:
    if first:
        bench.configure("s", compatibility=NONE)
    schema_id = bench.native_register("s", ONE)
    if not first:
        bench.configure("s", compatibility=NONE)
    assert bench.native.schema(schema_id).compatibility is NONE
    assert bench.subjects.settings.config(SubjectName.parse("s")).compatibility is NONE
    assert bench.add("s", record("z")) == (2, 2)


def test_the_native_api_obeys_what_is_configured_for_all(bench: Bench) -> None:
    schema_id = bench.native_register("s", ONE)
    with pytest.raises(SchemaIncompatible):
        bench.native.update(AddVersion(schema_id, record("z")), CALLER)
    bench.configure("", compatibility=NONE)
    assert bench.native.update(AddVersion(schema_id, record("z")), CALLER).number == 2


def test_a_schema_s_own_mode_is_seen_as_its_subject_s_config(bench: Bench) -> None:
    bench.native.register(RegisterSchema("s", SchemaFormat.AVRO, ONE, compatibility=FULL), CALLER)
    assert bench.subjects.settings.config(SubjectName.parse("s")) == Config(compatibility=FULL)


def test_a_change_is_partial_and_null_clears(bench: Bench) -> None:
    rules = RuleSet(domain_rules=(Rule("check", mode=RuleMode.WRITE, type="CEL"),))
    bench.configure("s", compatibility=FULL, compatibility_policy=CompatibilityPolicy.LENIENT, default_rules=rules)
    after = bench.configure("s", normalize=True, compatibility_policy=None)
    assert after == Config(compatibility=FULL, normalize=True, default_rules=rules)
    assert bench.subjects.settings.config(SubjectName.parse("s")) == after


def test_deleting_settings_gives_back_what_they_were(bench: Bench) -> None:
    with pytest.raises(ConfigNotFound):
        bench.subjects.settings.config(SubjectName.parse("s"))
    with pytest.raises(SubjectNotFound):
        bench.subjects.settings.delete_config(SubjectName.parse("s"), CALLER)
    bench.add("s", ONE)
    bench.configure("s", compatibility=FULL)
    assert bench.subjects.settings.delete_config(SubjectName.parse("s"), CALLER).compatibility is FULL
    with pytest.raises(ConfigNotFound):
        bench.subjects.settings.config(SubjectName.parse("s"))


def test_metadata_of_wider_scopes_is_merged(bench: Bench) -> None:
    bench.configure("", default_metadata=Metadata(properties={"owner": "all", "zone": "eu"}))
    bench.configure("s", default_metadata=Metadata(properties={"owner": "team"}))
    config = bench.subjects.settings.in_force(SubjectName.parse("s"))
    assert config.default_metadata == Metadata(properties={"owner": "team", "zone": "eu"})


def test_groups_are_compared_apart(bench: Bench) -> None:
    bench.configure("s", compatibility_group="major")
    first, second = Metadata(properties={"major": "1"}), Metadata(properties={"major": "2"})
    bench.add("s", ONE, metadata=first)
    assert bench.add("s", record("z"), metadata=second) == (2, 2)
    with pytest.raises(SubjectIncompatible):
        bench.add("s", record("y"), metadata=second)
    assert bench.add("s", TWO, metadata=first) == (3, 3)


def test_reserved_fields(bench: Bench) -> None:
    bench.configure("s", validate_fields=True)
    bench.add("s", ONE, metadata=Metadata(properties={"confluent:reserved": "b, c"}))
    with pytest.raises(SubjectIncompatible) as refused:
        bench.add("s", TWO)
    assert len(refused.value.report.reserved) == 1
    with pytest.raises(SubjectIncompatible) as refused:
        bench.add("s", record("a", "d"), metadata=Metadata(properties={"confluent:reserved": "b"}))
    assert "RESERVED_FIELD_REMOVED" in refused.value.report.reserved[0]


def test_an_alias_means_its_target_everywhere(bench: Bench) -> None:
    bench.add(":.c:target", ONE)
    bench.configure(":.c:old", alias="target")
    assert bench.add(":.c:old", TWO) == (2, 2)
    assert bench.numbers(":.c:old") == (1, 2)
    assert bench.lookup(":.c:old", ONE).subject == SubjectName(".c", "target")
    assert bench.subjects.catalogue.subjects() == (":.c:target",)
    assert bench.delete(":.c:old") == (1, 2)


@pytest.mark.parametrize("alias", ["x" * 8_000, f":.{'c' * 2_000}:s", "__GLOBAL", ":*:s", "a\x07b"])
def test_alias_that_no_subject_can_have_is_refused(bench: Bench, alias: str) -> None:
    with pytest.raises(SettingInvalid):
        bench.configure("s", alias=alias)
    assert bench.add("s", ONE) == (1, 1)


def test_unusable_subject_is_no_native_schema(bench: Bench) -> None:
    schema_id = bench.native_register("\x01", ONE)
    for subject in ("__GLOBAL", "od\0"):
        with pytest.raises(RegistryError):
            bench.delete(subject)
    assert bench.native.latest(schema_id).number == 1


def test_contexts_are_there_once_used_and_may_go_when_empty(bench: Bench) -> None:
    assert bench.subjects.catalogue.contexts() == (".",)
    bench.add(":.b:s", ONE)
    bench.add(":.a:s", ONE)
    assert bench.subjects.catalogue.contexts() == (".", ".a", ".b")
    bench.delete(":.a:s")
    with pytest.raises(ContextNotEmpty):
        bench.subjects.settings.delete_context(".a", CALLER)
    bench.delete(":.a:s", permanent=True)
    bench.subjects.settings.delete_context(".a", CALLER)
    assert bench.subjects.catalogue.contexts() == (".", ".b")


@pytest.mark.parametrize("context", [".", ".__GLOBAL"])
def test_a_context_that_is_always_there_stays(bench: Bench, context: str) -> None:
    bench.configure("", compatibility=FULL)
    with pytest.raises(NotPermitted):
        bench.subjects.settings.delete_context(context, CALLER)
    assert bench.subjects.settings.config(DEFAULT_SCOPE).compatibility is FULL


def test_an_update_names_its_fields() -> None:
    update = ConfigUpdate(Config(normalize=None), frozenset({"normalize"}))
    assert update.applied(Config(normalize=True, compatibility=FULL)) == Config(compatibility=FULL)
