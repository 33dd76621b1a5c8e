"""The answers that the OpenAPI document shows are those of this registry."""

import json
from pathlib import Path

from tests.docs.openapi_answers import FILE, taken
from tests.fixtures.secured_registry import secured


def test_examples_of_answers_are_what_a_registry_answers(database_url: str, tmp_path: Path) -> None:
    with secured(database_url, tmp_path, SLUICEGATE_REGISTRY_CONFLUENT_RESTART="true") as registry:
        now = taken(registry)
    shown = json.loads(FILE.read_text(encoding="utf-8"))
    assert now.keys() == shown.keys()
    changed = {name: now[name] for name in now if now[name] != shown[name]}
    assert changed == {}, "write them anew: python -m tests.docs.openapi_answers"
