"""Hostile schemas through a whole registration: within limits, and the registry continues."""

import pytest

from tests.hostile.case import Bait, HostilePair, HostileSchema
from tests.hostile.cases import PAIRS, SCHEMAS, parameters
from tests.hostile.conftest import Registry


def codes(answer: dict[str, list[dict[str, str]]]) -> set[str]:
    return {error["code"] for error in answer.get("errors", [])}


@pytest.mark.parametrize("case", parameters(SCHEMAS))
def test_a_schema(registry: Registry, bait: Bait, case: HostileSchema) -> None:
    answer = registry.post(case.format, case.text(bait))
    assert answer.status_code in {201, 400, 409}, answer.text[:2000]
    assert registry.serves()
    if not case.ended:
        assert "too_expensive" not in codes(answer.get_json())
    if case.refused is not None:
        assert (answer.status_code == 400) == case.refused, answer.text[:2000]


@pytest.mark.parametrize("mode", ["NONE", "SYNTAX_ONLY"])
@pytest.mark.parametrize("case", parameters(SCHEMAS))
def test_a_schema_that_is_hardly_checked(registry: Registry, bait: Bait, case: HostileSchema, mode: str) -> None:
    """A team that asks for no checks gets fewer of them, and no more time."""
    answer = registry.post(case.format, case.text(bait), validity_mode=mode)
    assert answer.status_code in {201, 400, 409}, answer.text[:2000]
    assert registry.serves()


@pytest.mark.parametrize("case", parameters(PAIRS))
def test_a_comparison(registry: Registry, case: HostilePair) -> None:
    first = registry.post(case.format, case.first, compatibility_mode="FULL", publisher_id=case.name)
    assert first.status_code in {201, 409}, first.text[:2000]
    second = registry.put(first.get_json()["identification"], case.second)
    assert second.status_code in {200, 400, 409}, second.text[:2000]
    assert registry.serves()
    if not case.ended:
        assert "too_expensive" not in codes(second.get_json())
