"""`sluicegate schema rollback`."""

import json

from tests.fakes.native_registry import FakeRegistry
from tests.unit.console.conftest import Run


def test_newer_versions_are_deactivated_newest_first(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", "{ }", "{  }")
    done = run("rollback", 1, "--to", 1, "--yes", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"schema_id": 1, "latest": 1, "deactivated": [3, 2]})
    deleted = [each.url.path for each in registry.requests if each.method == "DELETE"]
    assert deleted == ["/schemas/1/versions/3", "/schemas/1/versions/2"]
    again = run("rollback", 1, "--to", 1)
    assert (again.exit_code, "Deactivated: nothing" in again.stdout) == (0, True)


def test_absent_version_is_refused_with_those_that_are_there(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", "{ }")
    refused = run("rollback", 1, "--to", 7, "--yes")
    assert (refused.exit_code, "active versions are: 1, 2" in refused.stderr) == (2, True)


def test_nothing_is_deactivated_without_a_confirmation(run: Run, registry: FakeRegistry) -> None:
    registry.add("{}", "{ }")
    refused = run("rollback", 1, "--to", 1)
    assert (refused.exit_code, "Pass --yes" in refused.stderr) == (2, True)
    assert not [each for each in registry.requests if each.method == "DELETE"]
