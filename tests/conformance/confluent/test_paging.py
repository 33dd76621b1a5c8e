"""Listings in parts."""

from typing import Any

import pytest

from tests.conformance.confluent.api import AB, ABC, A, Api

NAMES = [f"s{n}" for n in range(5)]
PARTS: list[tuple[dict[str, Any], slice]] = [
    ({}, slice(None)),
    ({"offset": 0, "limit": -1}, slice(None)),
    ({"limit": 0}, slice(None)),
    ({"limit": 2}, slice(2)),
    ({"offset": 2}, slice(2, None)),
    ({"offset": 2, "limit": 2}, slice(2, 4)),
    ({"offset": 9}, slice(9, None)),
    ({"offset": -1, "limit": 1}, slice(1)),
    ({"limit": 100_000}, slice(None)),
]


@pytest.mark.parametrize(("query", "part"), PARTS)
def test_a_part_of_a_listing(api: Api, query: dict[str, Any], part: slice) -> None:
    for name in NAMES:
        api.registered(name)
    assert api.get("/subjects", **query).ok() == NAMES[part]
    assert [each["subject"] for each in api.get("/schemas", subjectPrefix="s", **query).ok()] == NAMES[part]
    assert api.get("/schemas/ids/1/subjects", **query).ok() == NAMES[part]
    assert [each["subject"] for each in api.get("/schemas/ids/1/versions", **query).ok()] == NAMES[part]


@pytest.mark.parametrize(("query", "part"), PARTS)
def test_a_part_of_the_versions(api: Api, query: dict[str, Any], part: slice) -> None:
    api.registered("s", A, AB, ABC)
    assert api.get("/subjects/s/versions", **query).ok() == [1, 2, 3][part]


@pytest.mark.parametrize("query", [{"limit": "x"}, {"offset": "1.5"}, {"limit": "99999999999"}])
def test_what_is_no_number_is_no_address(api: Api, query: dict[str, str]) -> None:
    for path in ("/subjects", "/contexts", "/schemas/ids/1/versions"):
        api.get(path, **query).refused(404, 404)
