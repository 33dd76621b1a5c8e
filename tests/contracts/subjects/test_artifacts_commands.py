"""Registrations that say which subjects they are for, and which version they take in place of a new one; compatibility rules."""

import pytest

from sluicegate.registry_api.core.commands import Existence, RegisterVersion, Reuse
from sluicegate.registry_api.core.names import DEFAULT_SCOPE, SubjectName
from sluicegate.registry_api.core.rules import RuleType
from sluicegate.registry_api.core.scopes import Config
from sluicegate.registry_api.core.subject_errors import (
    ConfigNotFound,
    RuleExists,
    RuleNotFound,
    SubjectExists,
    SubjectIncompatible,
    SubjectNotFound,
)
from sluicegate.shared.model import CompatibilityMode
from tests.contracts.subjects.conftest import CALLER, Bench, draft, record

ONE, TWO = record("a"), record("a", "b")
S = SubjectName.parse("s")
RULE = RuleType.COMPATIBILITY
NONE, BACKWARD, FULL = CompatibilityMode.NONE, CompatibilityMode.BACKWARD, CompatibilityMode.FULL


def wish(text: str, existence: Existence = Existence.ANY, reuse: Reuse = Reuse.ANY) -> RegisterVersion:
    return RegisterVersion(S, draft(text), existence=existence, reuse=reuse)


def register(
    bench: Bench, text: str, existence: Existence = Existence.ANY, reuse: Reuse = Reuse.ANY
) -> tuple[int, int]:
    version = bench.subjects.registrations.register(wish(text, existence, reuse), CALLER).version
    return version.number, version.global_id


def test_a_new_subject_is_registered_once(bench: Bench) -> None:
    assert register(bench, ONE, Existence.NEW) == (1, 1)
    for text in (ONE, TWO):
        with pytest.raises(SubjectExists):
            register(bench, text, Existence.NEW)
    bench.delete("s")
    assert register(bench, TWO, Existence.NEW) == (2, 2)


def test_a_known_subject_must_have_an_active_version(bench: Bench) -> None:
    with pytest.raises(SubjectNotFound):
        register(bench, ONE, Existence.KNOWN)
    register(bench, ONE)
    assert register(bench, TWO, Existence.KNOWN) == (2, 2)
    bench.delete("s")
    with pytest.raises(SubjectNotFound):
        register(bench, TWO, Existence.KNOWN)


def test_the_same_content_may_have_several_versions_and_one_id(bench: Bench) -> None:
    assert register(bench, ONE, reuse=Reuse.NONE) == (1, 1)
    assert register(bench, ONE, reuse=Reuse.NONE) == (2, 1)
    assert register(bench, ONE, reuse=Reuse.LATEST) == (2, 1)
    assert register(bench, ONE) == (2, 1)
    assert bench.lookup("s", ONE).number == 2


def test_only_the_latest_version_is_taken_where_that_is_asked_for(bench: Bench) -> None:
    register(bench, ONE)
    register(bench, TWO)
    assert register(bench, ONE, reuse=Reuse.LATEST) == (3, 1)
    assert register(bench, TWO) == (2, 2)


def test_a_rehearsal_raises_the_errors_of_a_registration_and_changes_nothing(bench: Bench) -> None:
    bench.configure("s", compatibility=FULL)
    register(bench, ONE)
    bench.subjects.registrations.rehearse(wish(TWO))
    with pytest.raises(SubjectIncompatible):
        bench.subjects.registrations.rehearse(wish(record("other", "a").replace(',"default":""', "")))
    assert bench.numbers("s") == (1,)


def test_a_rule_is_set_changed_and_removed(bench: Bench) -> None:
    rules = bench.subjects.rules
    with pytest.raises(SubjectNotFound):
        rules.add(S, RULE, FULL, CALLER)
    register(bench, ONE)
    assert rules.own(S) == {}
    with pytest.raises(RuleNotFound):
        rules.replace(S, RULE, FULL, CALLER)
    rules.add(S, RULE, FULL, CALLER)
    with pytest.raises(RuleExists):
        rules.add(S, RULE, NONE, CALLER)
    rules.replace(S, RULE, NONE, CALLER)
    assert rules.own(S) == {RULE: NONE}
    assert bench.subjects.settings.config(S).compatibility is NONE
    rules.remove(S, RULE, CALLER)
    with pytest.raises(RuleNotFound):
        rules.remove(S, RULE, CALLER)
    with pytest.raises(ConfigNotFound):
        bench.subjects.settings.config(S)


def test_removing_a_rule_keeps_other_settings(bench: Bench) -> None:
    register(bench, ONE)
    bench.configure("s", compatibility=FULL, normalize=True)
    bench.subjects.rules.remove(S, RULE, CALLER)
    assert bench.subjects.settings.config(S) == Config(normalize=True)


def test_the_general_rule_is_the_setting_of_the_default_context(bench: Bench) -> None:
    rules = bench.subjects.rules
    assert rules.general(RULE) is BACKWARD
    rules.replace(DEFAULT_SCOPE, RULE, FULL, CALLER)
    assert rules.general(RULE) is FULL
    assert bench.subjects.settings.config(DEFAULT_SCOPE).compatibility is FULL
    with pytest.raises(RuleExists):
        rules.add(DEFAULT_SCOPE, RULE, NONE, CALLER)
    rules.remove(DEFAULT_SCOPE, RULE, CALLER)
    assert rules.general(RULE) is BACKWARD


def test_a_rule_of_an_alias_is_that_of_its_target(bench: Bench) -> None:
    register(bench, ONE)
    bench.configure("other", alias="s")
    bench.subjects.rules.add(SubjectName.parse("other"), RULE, NONE, CALLER)
    assert bench.subjects.rules.own(S) == {RULE: NONE}
