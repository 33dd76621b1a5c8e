"""Drift: texts are equal or different by the rules of JSON."""

import pytest

from sluicegate.shared.console.transfer.circles import Circles
from sluicegate.shared.console.transfer.equality import same_settings, same_texts
from sluicegate.shared.console.transfer.model import Holdings, JsonObject, MovedVersion, Place, ScopeState
from sluicegate.shared.console.transfer.planning import differences, planned

DRIFT = [
    ('{"const":1}', '{"const":true}'),
    ('{"const":0}', '{"const":false}'),
    ('{"enum":[1,0]}', '{"enum":[true,false]}'),
    ('{"const":9007199254740993.0}', '{"const":9007199254740992.0}'),
    ('{"const":9007199254740993}', '{"const":9007199254740992}'),
    ('{"const":1e400}', '{"const":1e401}'),
    ('{"const":0.1}', '{"const":0.1000000000000000055511151231257827}'),
    ('{"const":1,"const":2}', '{"const":2}'),
    ('{"const":null}', "{}"),
    ('{"const":"1"}', '{"const":1}'),
    ('{"const":NaN}', '{"const":null}'),
    ('"string"', '"bytes"'),
    ("message A {}", "message B {}"),
]
SAME = [
    ('{"const":1}', '{ "const" : 1.0 }'),
    ('{"const":100}', '{"const":1e2}'),
    ('{"a":1,"b":2}', '{"b":2,"a":1}'),
    ('{"const":"\\u00e9"}', '{"const":"é"}'),
    ("message A {}\n", "message A {}"),
    ("[" * 100_000, "[" * 100_000),
]


@pytest.mark.parametrize(("one", "other"), DRIFT)
def test_different_texts_are_drift(one: str, other: str) -> None:
    assert not same_texts(one, other)
    place = Place("s", 1)
    wanted, there = MovedVersion(place, 1, "JSON", one), MovedVersion(place, 1, "JSON", other)
    assert differences(wanted, there, Circles.of({})) == ("another text",)
    assert planned(Holdings({place: wanted}), Holdings({place: there})).conflicts == ("s version 1: another text",)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_text_are_no_drift(one: str, other: str) -> None:
    assert same_texts(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"normalize": True}, {"normalize": 1}, False),
        ({"a": {"b": 0}}, {"a": {"b": False}}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        (None, {}, True),
    ],
)
def test_settings_are_compared_as_json(one: JsonObject | None, other: JsonObject | None, same: bool) -> None:
    assert same_settings(one, other) is same
    steps = planned(Holdings(scopes={"s": ScopeState(one)}), Holdings(scopes={"s": ScopeState(other)})).steps
    assert bool(steps) is (not same)
