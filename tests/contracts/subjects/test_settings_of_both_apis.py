"""Settings of a subject apply through every API: each is tested natively and by subject."""

import json
from collections.abc import Callable

import pytest

from sluicegate.registry_api.core.commands import AddVersion
from sluicegate.registry_api.core.errors import NotPermitted, SchemaIncompatible
from sluicegate.registry_api.core.metadata import Metadata
from sluicegate.registry_api.core.model import Registration
from sluicegate.registry_api.core.scopes import CompatibilityPolicy, Mode
from sluicegate.registry_api.core.subject_errors import SubjectIncompatible
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId, VersionNumber
from tests.contracts.subjects.conftest import CALLER, Bench

Add = Callable[[Bench, str], Registration]


def person(*fields: str, required: tuple[str, ...] = ()) -> str:
    """An open object with optional properties."""
    properties = {field: {"type": "string"} for field in fields}
    return json.dumps({"type": "object", "properties": properties, "required": list(required)})


def add_native(bench: Bench, text: str) -> Registration:
    """Add a version through the native API."""
    return bench.native.update(AddVersion(SchemaId(1), text), CALLER)


def add_by_subject(bench: Bench, text: str) -> Registration:
    """Add a version through Confluent's API."""
    return bench.register("s", text, kind=SchemaFormat.JSON)


@pytest.fixture(params=[add_native, add_by_subject], ids=["native", "by_subject"])
def add(request: pytest.FixtureRequest) -> Add:
    """Each API in turn."""
    chosen: Add = request.param
    return chosen


@pytest.fixture(autouse=True)
def first(bench: Bench) -> None:
    """The first version of the subject, by subject and so under the strict policy."""
    bench.register("s", person("a"), kind=SchemaFormat.JSON)


@pytest.mark.parametrize("mode", [Mode.READONLY, Mode.READONLY_OVERRIDE])
def test_mode_forbids_a_version(bench: Bench, add: Add, mode: Mode) -> None:
    bench.set_mode("s" if mode is Mode.READONLY else "", mode)
    with pytest.raises(NotPermitted):
        add(bench, person("a", required=("a",)))


def test_mode_forbids_no_content_that_is_there(bench: Bench, add: Add) -> None:
    bench.set_mode("s", Mode.READONLY)
    assert (add(bench, person("a")).added, add(bench, person("a")).number) == (False, 1)


def test_level_decides_about_a_version(bench: Bench, add: Add) -> None:
    stricter = person("a", required=("a",))
    with pytest.raises((SchemaIncompatible, SubjectIncompatible)):
        add(bench, stricter)
    bench.configure("s", compatibility=CompatibilityMode.NONE)
    assert add(bench, stricter).number == 2


def test_policy_decides_about_a_version(bench: Bench, add: Add) -> None:
    with pytest.raises((SchemaIncompatible, SubjectIncompatible)):
        add(bench, person("a", "b"))
    bench.configure("s", compatibility_policy=CompatibilityPolicy.LENIENT)
    assert add(bench, person("a", "b")).number == 2


def test_group_limits_the_comparison(bench: Bench, add: Add) -> None:
    bench.configure("s", compatibility_group="line")
    with pytest.raises((SchemaIncompatible, SubjectIncompatible)):
        add(bench, person("a", required=("a",)))
    bench.configure("s", override_metadata=Metadata(properties={"line": "two"}))
    assert add(bench, person("a", required=("a",))).version.metadata == Metadata(properties={"line": "two"})


def test_reserved_field_is_refused(bench: Bench, add: Add) -> None:
    reserved = Metadata(properties={"confluent:reserved": "b"})
    bench.configure("s", validate_fields=True, override_metadata=reserved)
    bench.configure("s", compatibility=CompatibilityMode.NONE)
    with pytest.raises((SchemaIncompatible, SubjectIncompatible)):
        add(bench, person("a", "b"))


def test_normalize_keeps_the_normalized_text(bench: Bench, add: Add) -> None:
    bench.configure("s", normalize=True, compatibility=CompatibilityMode.NONE)
    done = add(bench, '{"type" :  "string"}')
    assert done.version.text == '{"type":"string"}'
    again = bench.store.version(SchemaId(1), VersionNumber(2))
    assert again is not None
    assert again.text == '{"type":"string"}'


def test_alias_is_no_subject_of_a_new_schema(bench: Bench) -> None:
    bench.configure("other", alias="s")
    assert bench.native_register("other", '"string"') == SchemaId(2)
    schema = bench.native.schema(SchemaId(2))
    assert (schema.name, schema.subject) == ("other", "other.2")
    assert bench.numbers("other") == (1,)
