"""Deletion as a state machine: permitted steps, and the results."""

import pytest

from tests.conformance.confluent.api import A_AND_MORE, AB, ABC, A, Api, record
from tests.conformance.confluent.steps import OK, Step, take

PUT_A = ("POST", "/subjects/s/versions", {"schema": A}, OK)
PUT_AB = ("POST", "/subjects/s/versions", {"schema": AB}, OK)
PUT_ABC = ("POST", "/subjects/s/versions", {"schema": ABC}, OK)

SUBJECTS: dict[str, list[Step]] = {
    "nothing there": [
        ("DELETE", "/subjects/s", 40401),
        ("DELETE", "/subjects/s?permanent=true", 40401),
    ],
    "softly": [
        PUT_A, PUT_AB,
        ("DELETE", "/subjects/s", [1, 2]),
        ("GET", "/subjects", []),
        ("GET", "/subjects?deleted=true", ["s"]),
        ("GET", "/subjects?deletedOnly=true", ["s"]),
        ("GET", "/subjects/s/versions", 40401),
        ("GET", "/subjects/s/versions?deleted=true", [1, 2]),
        ("GET", "/subjects/s/versions?deletedOnly=true", [1, 2]),
        ("GET", "/subjects/s/versions?deletedAsNegative=true", [-1, -2]),
        ("GET", "/subjects/s/versions/1", 40401),
        ("GET", "/subjects/s/versions/latest", 40401),
        ("GET", "/subjects/s/versions/1?deleted=true", OK),
        ("GET", "/subjects/s/versions/1/schema", 40401),
        ("GET", "/subjects/s/versions/1/schema?deleted=true", OK),
        ("POST", "/subjects/s", {"schema": A}, 40401),
        ("POST", "/subjects/s?deleted=true", {"schema": A}, OK),
        ("GET", "/schemas/ids/1", OK),
        ("GET", "/schemas/ids/1/subjects", []),
        ("GET", "/schemas/ids/1/subjects?deleted=true", ["s"]),
        ("POST", "/compatibility/subjects/s/versions/latest", {"schema": A_AND_MORE}, {"is_compatible": True}),
        ("POST", "/compatibility/subjects/s/versions", {"schema": A_AND_MORE}, {"is_compatible": True}),
        ("POST", "/compatibility/subjects/s/versions/1", {"schema": A}, 40402),
    ],
    "softly twice": [PUT_A, ("DELETE", "/subjects/s", [1]), ("DELETE", "/subjects/s", 40404), ("DELETE", "/subjects/s", 40404)],
    "permanently at once": [PUT_A, ("DELETE", "/subjects/s?permanent=true", 40405), ("GET", "/subjects", ["s"])],
    "permanently while one version is active": [
        PUT_A, PUT_AB,
        ("DELETE", "/subjects/s/versions/1", 1),
        ("DELETE", "/subjects/s?permanent=true", 40405),
        ("GET", "/subjects/s/versions?deleted=true", [1, 2]),
    ],
    "permanently": [
        PUT_A, PUT_AB,
        ("DELETE", "/subjects/s", [1, 2]),
        ("DELETE", "/subjects/s?permanent=true", [1, 2]),
        ("GET", "/subjects?deleted=true", []),
        ("GET", "/subjects/s/versions?deleted=true", 40401),
        ("GET", "/subjects/s/versions/1?deleted=true", 40401),
        ("GET", "/schemas/ids/1", 40403),
        ("GET", "/schemas/ids/2/schema", 40403),
        ("GET", "/schemas/ids/1/versions?deleted=true", 40403),
        ("DELETE", "/subjects/s?permanent=true", 40401),
        ("DELETE", "/subjects/s", 40401),
    ],
    "numbers go on after a soft deletion": [
        PUT_A, PUT_AB, ("DELETE", "/subjects/s", [1, 2]), PUT_ABC,
        ("GET", "/subjects/s/versions", [3]),
        ("GET", "/subjects/s/versions?deleted=true", [1, 2, 3]),
        ("DELETE", "/subjects/s", [3]),
    ],
    "numbers begin anew after a permanent deletion": [
        PUT_A, PUT_AB, ("DELETE", "/subjects/s", [1, 2]), ("DELETE", "/subjects/s?permanent=true", [1, 2]), PUT_ABC,
        ("GET", "/subjects/s/versions", [1]),
    ],
    "what was deleted does not stand against what comes": [
        PUT_A, ("DELETE", "/subjects/s", [1]), ("POST", "/subjects/s/versions", {"schema": A_AND_MORE}, OK),
        ("GET", "/subjects/s/versions", [2]),
    ],
    "the same schema again takes the place of the deleted one": [
        PUT_A, PUT_AB, ("DELETE", "/subjects/s", [1, 2]), PUT_A,
        ("GET", "/subjects/s/versions", [3]),
        ("GET", "/subjects/s/versions?deleted=true", [2, 3]),
        ("GET", "/schemas/ids/1/versions", [{"subject": "s", "version": 3}]),
    ],
    "settings stay after a soft deletion and go with a permanent one": [
        PUT_A,
        ("PUT", "/config/s", {"compatibility": "FULL"}, OK),
        ("PUT", "/mode/s", {"mode": "READWRITE"}, OK),
        ("DELETE", "/subjects/s", [1]),
        ("GET", "/config/s", {"compatibilityLevel": "FULL"}),
        ("GET", "/mode/s", {"mode": "READWRITE"}),
        ("DELETE", "/subjects/s?permanent=true", [1]),
        ("GET", "/config/s", 40408),
        ("GET", "/mode/s", 40409),
    ],
}  # fmt: skip

VERSIONS: dict[str, list[Step]] = {
    "nothing there": [
        ("DELETE", "/subjects/s/versions/1", 40401),
        ("DELETE", "/subjects/s/versions/latest", 40401),
        PUT_A,
        ("DELETE", "/subjects/s/versions/2", 40402),
        ("DELETE", "/subjects/s/versions/0", 42202),
    ],
    "softly": [
        PUT_A, PUT_AB,
        ("DELETE", "/subjects/s/versions/1", 1),
        ("GET", "/subjects/s/versions", [2]),
        ("GET", "/subjects/s/versions?deleted=true", [1, 2]),
        ("GET", "/subjects/s/versions?deletedOnly=true", [1]),
        ("GET", "/subjects/s/versions?deleted=true&deletedOnly=true", [1]),
        ("GET", "/subjects/s/versions?deletedAsNegative=true", [-1, 2]),
        ("GET", "/subjects/s/versions/1", 40402),
        ("GET", "/subjects/s/versions/1?deleted=true", OK),
        ("POST", "/subjects/s", {"schema": A}, 40403),
        ("POST", "/subjects/s?deleted=true", {"schema": A}, OK),
        ("GET", "/schemas/ids/1", OK),
        ("GET", "/schemas/ids/1/schema", OK),
        ("GET", "/schemas/ids/1/versions", []),
        ("GET", "/schemas/ids/1/versions?deleted=true", [{"subject": "s", "version": 1}]),
        ("GET", "/subjects", ["s"]),
        ("GET", "/subjects?deletedOnly=true", []),
        ("DELETE", "/subjects/s/versions/1", 40406),
    ],
    "the latest": [
        PUT_A, PUT_AB,
        ("DELETE", "/subjects/s/versions/latest", 2),
        ("GET", "/subjects/s/versions", [1]),
        ("GET", "/subjects/s/versions/latest", OK),
        ("DELETE", "/subjects/s/versions/-1", 1),
        ("GET", "/subjects/s/versions", 40401),
    ],
    "permanently at once": [PUT_A, ("DELETE", "/subjects/s/versions/1?permanent=true", 40407), ("GET", "/subjects/s/versions", [1])],
    "permanently": [
        PUT_A, PUT_AB,
        ("DELETE", "/subjects/s/versions/1", 1),
        ("DELETE", "/subjects/s/versions/1?permanent=true", 1),
        ("GET", "/subjects/s/versions?deleted=true", [2]),
        ("GET", "/subjects/s/versions/1?deleted=true", 40402),
        ("GET", "/schemas/ids/1", 40403),
        ("GET", "/schemas/ids/2", OK),
        ("DELETE", "/subjects/s/versions/1", 40402),
        ("DELETE", "/subjects/s/versions/1?permanent=true", 40402),
    ],
    "the last one takes the subject with it": [
        PUT_A,
        ("PUT", "/config/s", {"compatibility": "FULL"}, OK),
        ("DELETE", "/subjects/s/versions/1", 1),
        ("GET", "/subjects", []),
        ("GET", "/config/s", {"compatibilityLevel": "FULL"}),
        ("DELETE", "/subjects/s/versions/1?permanent=true", 1),
        ("GET", "/subjects?deleted=true", []),
        ("GET", "/config/s", 40408),
        PUT_AB,
        ("GET", "/subjects/s/versions", [1]),
    ],
    "a number is not given out again": [
        PUT_A, PUT_AB,
        ("DELETE", "/subjects/s/versions/2", 2),
        PUT_ABC,
        ("GET", "/subjects/s/versions", [1, 3]),
    ],
    "the comparison looks at what is left": [
        PUT_A, PUT_AB,
        ("DELETE", "/subjects/s/versions/2", 2),
        ("POST", "/subjects/s/versions", {"schema": record("a", "b=x", "d=")}, OK),
        ("GET", "/subjects/s/versions", [1, 3]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("history", SUBJECTS.values(), ids=SUBJECTS.keys())
def test_a_subject_is_deleted(api: Api, history: list[Step]) -> None:
    take(api, history)


@pytest.mark.parametrize("history", VERSIONS.values(), ids=VERSIONS.keys())
def test_a_version_is_deleted(api: Api, history: list[Step]) -> None:
    take(api, history)


def test_an_id_lives_as_long_as_any_subject_has_it(api: Api) -> None:
    api.registered("s", A)
    api.registered("t", A)
    for subject in ("s", "t"):
        assert api.get("/schemas/ids/1").status == 200
        api.delete(f"/subjects/{subject}").ok()
        api.delete(f"/subjects/{subject}", permanent=True).ok()
    api.get("/schemas/ids/1").refused(404, 40403)


def test_an_id_is_not_given_to_another_content(api: Api) -> None:
    api.registered("s", A, AB)
    api.delete("/subjects/s").ok()
    api.delete("/subjects/s", permanent=True).ok()
    assert api.registered("s", ABC) == 3
