"""Modes: setting, deletion, inheritance, and prohibitions."""

import pytest

from tests.conformance.confluent.api import A_AND_MORE, AB, A, Api
from tests.conformance.confluent.steps import OK, Step, take

PUT_A = ("POST", "/subjects/s/versions", {"schema": A}, OK)
PUT_AB = ("POST", "/subjects/s/versions", {"schema": AB}, OK)

HISTORIES: dict[str, list[Step]] = {
    "nothing was ever set": [
        ("GET", "/mode", {"mode": "READWRITE"}),
        ("GET", "/mode/s", 40409),
        ("GET", "/mode/s?defaultToGlobal=true", {"mode": "READWRITE"}),
        ("DELETE", "/mode/s", 40401),
    ],
    "of everything": [
        ("PUT", "/mode", {"mode": "READONLY"}, {"mode": "READONLY"}),
        ("GET", "/mode", {"mode": "READONLY"}),
        ("GET", "/mode/s", 40409),
        ("GET", "/mode/s?defaultToGlobal=true", {"mode": "READONLY"}),
        ("POST", "/subjects/s/versions", {"schema": A}, 42205),
        ("DELETE", "/mode", {"mode": "READONLY"}),
        ("GET", "/mode", {"mode": "READWRITE"}),
        PUT_A,
    ],
    "of everything, forgotten twice": [
        ("DELETE", "/mode", {"mode": "READWRITE"}),
        ("DELETE", "/mode", {"mode": "READWRITE"}),
    ],
    "of a subject": [
        ("PUT", "/mode/s", {"mode": "READONLY"}, {"mode": "READONLY"}),
        ("GET", "/mode/s", {"mode": "READONLY"}),
        ("GET", "/mode", {"mode": "READWRITE"}),
        ("POST", "/subjects/s/versions", {"schema": A}, 42205),
        ("POST", "/subjects/t/versions", {"schema": A}, OK),
        ("DELETE", "/mode/s", {"mode": "READONLY"}),
        ("GET", "/mode/s", 40409),
        PUT_A,
    ],
    "of a subject, over that of everything": [
        ("PUT", "/mode", {"mode": "READONLY"}, OK),
        ("PUT", "/mode/s", {"mode": "READWRITE"}, OK),
        PUT_A,
        ("POST", "/subjects/t/versions", {"schema": A}, 42205),
    ],
    "of a context": [
        ("PUT", "/mode/:.c:", {"mode": "READONLY"}, OK),
        ("GET", "/mode/:.c:", {"mode": "READONLY"}),
        ("GET", "/mode/:.c:s?defaultToGlobal=true", {"mode": "READONLY"}),
        ("POST", "/subjects/:.c:s/versions", {"schema": A}, 42205),
        PUT_A,
    ],
    "over all contexts": [
        ("PUT", "/mode/:.__GLOBAL:", {"mode": "READONLY"}, OK),
        ("GET", "/mode/s?defaultToGlobal=true", {"mode": "READONLY"}),
        ("GET", "/mode/:.c:s?defaultToGlobal=true", {"mode": "READONLY"}),
        ("POST", "/subjects/s/versions", {"schema": A}, 42205),
        ("POST", "/subjects/:.c:s/versions", {"schema": A}, 42205),
        ("PUT", "/mode/s", {"mode": "READWRITE"}, OK),
        PUT_A,
    ],
    "READONLY_OVERRIDE goes over those of subjects": [
        ("PUT", "/mode/s", {"mode": "READWRITE"}, OK),
        ("PUT", "/mode", {"mode": "READONLY_OVERRIDE"}, OK),
        ("POST", "/subjects/s/versions", {"schema": A}, 42205),
        ("POST", "/subjects/:.c:s/versions", {"schema": A}, 42205),
        ("GET", "/mode", {"mode": "READONLY_OVERRIDE"}),
        ("GET", "/mode/:.c:s?defaultToGlobal=true", {"mode": "READONLY_OVERRIDE"}),
    ],
    "READONLY_OVERRIDE is replaced by the next mode": [
        ("PUT", "/mode/s", {"mode": "READONLY"}, OK),
        ("PUT", "/mode", {"mode": "READONLY_OVERRIDE"}, OK),
        ("PUT", "/mode", {"mode": "READWRITE"}, {"mode": "READWRITE"}),
        ("GET", "/mode", {"mode": "READWRITE"}),
        ("POST", "/subjects/t/versions", {"schema": A}, OK),
        ("POST", "/subjects/:.c:t/versions", {"schema": A}, OK),
        ("POST", "/subjects/s/versions", {"schema": A}, 42205),
    ],
    "READONLY_OVERRIDE is removed": [
        ("PUT", "/mode", {"mode": "READONLY_OVERRIDE"}, OK),
        ("DELETE", "/mode", {"mode": "READONLY_OVERRIDE"}),
        ("GET", "/mode", {"mode": "READWRITE"}),
        PUT_A,
    ],
    "in any case": [
        ("PUT", "/mode/s", {"mode": "readonly"}, {"mode": "READONLY"}),
        ("GET", "/mode/s", {"mode": "READONLY"}),
    ],
    "null forgets": [
        ("PUT", "/mode/s", {"mode": "READONLY"}, OK),
        ("PUT", "/mode/s", {"mode": None}, OK),
        ("GET", "/mode/s", 40409),
    ],
    "those of all subjects are forgotten by wish": [
        PUT_A,
        ("PUT", "/mode/s", {"mode": "READWRITE"}, OK),
        ("PUT", "/mode", {"mode": "READONLY"}, OK),
        ("DELETE", "/mode?recursive=true", {"mode": "READONLY"}),
        ("GET", "/mode/s", 40409),
        ("GET", "/mode", {"mode": "READWRITE"}),
    ],
    "what READONLY forbids": [
        PUT_A, PUT_AB,
        ("DELETE", "/subjects/s/versions/1", 1),
        ("PUT", "/mode", {"mode": "READONLY"}, OK),
        ("POST", "/subjects/s/versions", {"schema": A_AND_MORE}, 42205),
        ("DELETE", "/subjects/s", 42205),
        ("DELETE", "/subjects/s/versions/2", 42205),
        ("DELETE", "/subjects/s/versions/1?permanent=true", 42205),
        ("PUT", "/config/s", {"compatibility": "NONE"}, 42205),
        ("PUT", "/config", {"compatibility": "NONE"}, 42205),
        ("DELETE", "/config", 42205),
    ],
    "what READONLY allows": [
        PUT_A,
        ("PUT", "/mode", {"mode": "READONLY"}, OK),
        ("GET", "/subjects/s/versions/1", OK),
        ("POST", "/subjects/s", {"schema": A}, OK),
        ("POST", "/subjects/s/versions", {"schema": A}, OK),
        ("POST", "/compatibility/subjects/s/versions", {"schema": AB}, {"is_compatible": True}),
        ("GET", "/config", OK),
        ("PUT", "/mode", {"mode": "READWRITE"}, OK),
        PUT_AB,
    ],
    "FORWARD is for all contexts alone": [
        ("PUT", "/mode/s", {"mode": "FORWARD"}, 42204),
        ("PUT", "/mode/:.c:", {"mode": "FORWARD"}, 42204),
        ("PUT", "/mode/:.__GLOBAL:", {"mode": "FORWARD"}, OK),
        ("GET", "/mode/:.__GLOBAL:", {"mode": "FORWARD"}),
        ("POST", "/subjects/s/versions", {"schema": A, "id": 5}, OK),
        ("GET", "/schemas/ids/5", OK),
    ],
    "IMPORT is not for what is there": [
        PUT_A,
        ("PUT", "/mode", {"mode": "IMPORT"}, 42205),
        ("PUT", "/mode/s", {"mode": "IMPORT"}, 42205),
        ("PUT", "/mode/t", {"mode": "IMPORT"}, OK),
        ("DELETE", "/mode/t", OK),
        ("PUT", "/mode?force=true", {"mode": "IMPORT"}, OK),
        ("PUT", "/mode/s", {"mode": "IMPORT"}, OK),
    ],
    "IMPORT clears what was deleted": [
        PUT_A,
        ("DELETE", "/subjects/s", [1]),
        ("PUT", "/mode/s", {"mode": "IMPORT"}, OK),
        ("GET", "/subjects?deleted=true", []),
        ("GET", "/schemas/ids/1", 40403),
    ],
    "IMPORT by force leaves what was deleted": [
        PUT_A,
        ("DELETE", "/subjects/s", [1]),
        ("PUT", "/mode/s?force=true", {"mode": "IMPORT"}, OK),
        ("GET", "/subjects?deleted=true", ["s"]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_a_mode(api: Api, history: list[Step]) -> None:
    take(api, history)


@pytest.mark.parametrize("mode", ["READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT"])
@pytest.mark.parametrize("then", ["READWRITE", "READONLY", "IMPORT"])
@pytest.mark.parametrize("scope", ["", "/s", "/:.c:", "/:.c:s"])
def test_any_mode_may_follow_any_other_where_nothing_is(api: Api, mode: str, then: str, scope: str) -> None:
    if mode == "READONLY_OVERRIDE" and scope == "":
        return  # it is set for all contexts, and stays
    take(api, [
        ("PUT", f"/mode{scope}", {"mode": mode}, {"mode": mode}),
        ("GET", f"/mode{scope}", {"mode": mode}),
        ("PUT", f"/mode{scope}", {"mode": then}, {"mode": then}),
        ("GET", f"/mode{scope}", {"mode": then}),
    ])  # fmt: skip


@pytest.mark.parametrize("force", ["True", "true", "TRUE"])
def test_booleans_are_read_in_any_case(api: Api, force: str) -> None:
    api.registered("s", A)
    assert api.put(f"/mode?force={force}", {"mode": "IMPORT"}).status == 200


@pytest.mark.parametrize("force", ["", "False", "1", "yes", "no"])
def test_what_is_not_true_is_false(api: Api, force: str) -> None:
    api.registered("s", A)
    api.put(f"/mode?force={force}", {"mode": "IMPORT"}).refused(
        422, 42205, "Cannot import since found existing subjects"
    )


class TestImport:
    """Registries are moved by registering with ids."""

    def test_ids_and_numbers_come_along(self, api: Api) -> None:
        api.mode("IMPORT")
        assert api.register("s", A, id=7, version=3).ok()["id"] == 7
        assert api.register("s", AB, id=4, version=1).ok()["id"] == 4
        assert api.get("/subjects/s/versions").ok() == [1, 3]
        assert api.get("/schemas/ids/4/versions").ok() == [{"subject": "s", "version": 1}]
        api.mode("READWRITE")
        assert api.registered("t", A) == 7

    def test_the_next_id_is_above_all_that_came(self, api: Api) -> None:
        api.mode("IMPORT")
        api.register("s", A, id=7, version=1).ok()
        api.mode("READWRITE")
        assert api.registered("t", AB) == 8

    def test_nothing_is_compared(self, api: Api) -> None:
        api.mode("IMPORT", "s")
        api.register("s", A, id=1, version=1).ok()
        api.register("s", A_AND_MORE, id=2, version=2).ok()
        assert api.get("/subjects/s/versions").ok() == [1, 2]

    def test_the_same_again_changes_nothing(self, api: Api) -> None:
        api.mode("IMPORT")
        for _ in range(3):
            assert api.register("s", A, id=7, version=3).ok()["id"] == 7
        assert api.get("/subjects/s/versions").ok() == [3]

    def test_an_id_belongs_to_one_content(self, api: Api) -> None:
        api.mode("IMPORT")
        api.register("s", A, id=7, version=1).ok()
        answer = api.register("s", AB, id=7, version=2)
        answer.refused(422, 42205)
        assert answer.message.startswith("Overwrite new schema with id 7")

    def test_an_id_is_for_import_alone(self, api: Api) -> None:
        answer = api.register("s", A, id=7)
        answer.refused(422, 42205)
        assert "import mode" in answer.message

    def test_import_wants_an_id(self, api: Api) -> None:
        api.mode("IMPORT")
        answer = api.register("s", A)
        answer.refused(422, 42205)
        assert "read-write mode" in answer.message

    def test_a_subject_that_is_imported_is_gone_on_with(self, api: Api) -> None:
        api.mode("IMPORT", "s")
        api.register("s", A, id=100, version=5).ok()
        api.delete("/mode/s").ok()
        assert api.registered("s", AB) == 101
        assert api.get("/subjects/s/versions").ok() == [5, 6]
