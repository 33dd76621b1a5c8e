"""How strictly versions of JSON schemas are compared: one rule for both APIs."""

import json

import pytest

from sluicegate.registry_api.core.commands import AddVersion, RegisterSchema
from sluicegate.registry_api.core.errors import SchemaIncompatible
from sluicegate.registry_api.core.model import Outcome
from sluicegate.registry_api.core.scopes import CompatibilityPolicy
from sluicegate.registry_api.core.subject_errors import SubjectIncompatible
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import SchemaFormat, SchemaId
from tests.contracts.subjects.conftest import CALLER, Bench

LENIENT, STRICT = CompatibilityPolicy.LENIENT, CompatibilityPolicy.STRICT


def person(*fields: str) -> str:
    """An open object with optional properties; each version adds some to the one before."""
    return json.dumps({"type": "object", "properties": {field: {"type": "string"} for field in fields}})


def register(bench: Bench, policy: Policy | None = None) -> SchemaId:
    """Register the first version through the native API."""
    return bench.native.register(RegisterSchema("s", SchemaFormat.JSON, person("a"), policy=policy), CALLER).schema_id


def native_add(bench: Bench, schema_id: SchemaId, text: str) -> Outcome:
    """Add a version through the native API."""
    return bench.native.update(AddVersion(schema_id, text), CALLER).outcome


def subject_add(bench: Bench, text: str) -> None:
    """Add a version through Confluent's API."""
    bench.register("s", text, kind=SchemaFormat.JSON)


def test_native_schema_is_lenient_through_both_apis(bench: Bench) -> None:
    schema_id = register(bench)
    assert native_add(bench, schema_id, person("a", "b")) is Outcome.ADDED
    assert bench.native.check_compatibility(schema_id, person("a", "b", "c")) == ()
    subject_add(bench, person("a", "b", "c"))


def test_native_schema_may_be_registered_as_strict(bench: Bench) -> None:
    schema_id = register(bench, Policy.STRICT)
    with pytest.raises(SchemaIncompatible) as refused:
        native_add(bench, schema_id, person("a", "b"))
    assert "compatibility_policy LENIENT" in refused.value.incompatibilities[0].finding.remedy
    with pytest.raises(SubjectIncompatible):
        subject_add(bench, person("a", "b"))


def test_subject_is_strict_through_both_apis(bench: Bench) -> None:
    subject_add(bench, person("a"))
    with pytest.raises(SubjectIncompatible):
        subject_add(bench, person("a", "b"))
    with pytest.raises(SchemaIncompatible):
        native_add(bench, SchemaId(1), person("a", "b"))


def test_setting_of_the_subject_goes_before_the_registration(bench: Bench) -> None:
    schema_id = register(bench)
    bench.configure("s", compatibility_policy=STRICT)
    with pytest.raises(SchemaIncompatible):
        native_add(bench, schema_id, person("a", "b"))
    with pytest.raises(SubjectIncompatible):
        subject_add(bench, person("a", "b"))
    bench.configure("s", compatibility_policy=LENIENT)
    assert native_add(bench, schema_id, person("a", "b")) is Outcome.ADDED


def test_general_setting_holds_for_schemas_without_a_policy_of_their_own(bench: Bench) -> None:
    subject_add(bench, person("a"))
    bench.configure("", compatibility_policy=LENIENT)
    assert native_add(bench, SchemaId(1), person("a", "b")) is Outcome.ADDED
    subject_add(bench, person("a", "b", "c"))


def test_general_setting_does_not_change_the_policy_of_a_registration(bench: Bench) -> None:
    schema_id = register(bench)
    bench.configure("", compatibility_policy=STRICT)
    assert native_add(bench, schema_id, person("a", "b")) is Outcome.ADDED
