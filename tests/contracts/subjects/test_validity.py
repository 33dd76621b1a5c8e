"""The validity mode as a setting of a subject and of the scopes around it."""

import pytest

from sluicegate.registry_api.core.commands import RegisterSchema
from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.names import DEFAULT_SCOPE, GLOBAL_SCOPE, SubjectName
from sluicegate.registry_api.core.rules import RuleType
from sluicegate.registry_api.core.scopes import Config, Mode, Scopes, ScopeSettings
from sluicegate.registry_api.core.subject_errors import ConfigNotFound
from sluicegate.shared.model import SchemaFormat, ValidityMode
from tests.contracts.subjects.conftest import CALLER, Bench, record

S = SubjectName.parse("s")
NONE, SYNTAX_ONLY, FULL = ValidityMode.NONE, ValidityMode.SYNTAX_ONLY, ValidityMode.FULL
BROKEN = '{"type":'


def keep(bench: Bench, scope: SubjectName, validity: ValidityMode | None) -> None:
    """Set the mode of a scope, and leave its other settings alone."""

    def change(scopes: Scopes, _: bool) -> ScopeSettings:
        own = scopes.subject
        return ScopeSettings(own.config, own.mode, validity)

    bench.store.put_settings(scope, change, CALLER)


def in_force(bench: Bench, subject: str = "s") -> ValidityMode:
    return bench.store.state(SubjectName.parse(subject)).scopes.validity(FULL)


@pytest.mark.parametrize("subject", ["s", ":.q:s"])
def test_the_narrowest_scope_with_a_mode_counts(bench: Bench, subject: str) -> None:
    place = SubjectName.parse(subject)
    assert in_force(bench, subject) is FULL
    for scope, mode in [(GLOBAL_SCOPE, SYNTAX_ONLY), (place.scope, NONE), (place, FULL)]:
        keep(bench, scope, mode)
        assert in_force(bench, subject) is mode
    keep(bench, place, None)
    assert in_force(bench, subject) is NONE


def test_a_subject_keeps_the_mode_that_it_got_before_its_first_version(bench: Bench) -> None:
    keep(bench, S, NONE)
    bench.add("s", BROKEN)
    assert in_force(bench) is NONE
    assert bench.subjects.rules.own(S) == {RuleType.VALIDITY: NONE}
    keep(bench, S, None)
    assert in_force(bench) is FULL
    with pytest.raises(SchemaInvalid):
        bench.add("s", '{"type":"other')


def test_a_native_schema_takes_the_mode_of_its_subject_unless_it_names_one(bench: Bench) -> None:
    for name, own, expected in [("a", None, NONE), ("b", SYNTAX_ONLY, SYNTAX_ONLY)]:
        keep(bench, SubjectName.parse(name), NONE)
        bench.native.register(RegisterSchema(name, SchemaFormat.AVRO, record(name), validity=own), CALLER)
        assert in_force(bench, name) is expected


def test_the_mode_is_no_configuration(bench: Bench) -> None:
    for _ in range(2):  # before the subject is there, and after
        keep(bench, S, SYNTAX_ONLY)
        with pytest.raises(ConfigNotFound):
            bench.subjects.settings.config(S)
        bench.configure("s", normalize=True)
        assert bench.subjects.settings.config(S) == Config(normalize=True)
        bench.subjects.settings.delete_config(S, CALLER)
        bench.set_mode("s", Mode.READWRITE)
        assert in_force(bench) is SYNTAX_ONLY
        bench.set_mode("s", None)
        bench.add("s", record("a"))


def test_settings_are_listed_with_the_mode(bench: Bench) -> None:
    bench.add("s", record("a"))
    keep(bench, S, NONE)
    keep(bench, DEFAULT_SCOPE, SYNTAX_ONLY)
    listed = dict(bench.store.scoped(SubjectName.parse(":*:")))
    assert listed == {S: ScopeSettings(validity=NONE), DEFAULT_SCOPE: ScopeSettings(validity=SYNTAX_ONLY)}


def test_the_general_mode_is_the_setting_of_the_default_context(bench: Bench) -> None:
    rules = bench.subjects.rules
    assert rules.general(RuleType.VALIDITY) is FULL
    rules.replace(DEFAULT_SCOPE, RuleType.VALIDITY, NONE, CALLER)
    assert rules.general(RuleType.VALIDITY) is NONE
    assert bench.native.validity(None) is NONE
    bench.configure(":.:", normalize=True)
    rules.clear(DEFAULT_SCOPE, CALLER)
    assert bench.native.validity(None) is FULL
    assert bench.subjects.settings.config(DEFAULT_SCOPE).normalize is True
