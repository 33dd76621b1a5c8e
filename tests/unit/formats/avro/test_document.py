"""JSON is read strictly, and nothing but SchemaSyntaxError comes out."""

import pytest

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.avro import document
from tests.unit.formats.avro.builders import refused


def test_a_repeated_key_is_named_with_its_place() -> None:
    violation = refused('{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "type": "long"}]}')
    assert violation.path == "/fields/0"
    assert violation.code == "key_repeated"
    assert '"type"' in violation.message


def test_the_place_of_a_repeated_key_is_a_json_pointer() -> None:
    assert refused('{"type": "int", "a/b~c": {"k": 1, "k": 2}}').path == "/a~1b~0c"


def test_a_repeated_key_is_found_inside_a_value_that_another_one_hides() -> None:
    assert refused('{"a": {"k": 1, "k": 2}, "a": 3}').code == "key_repeated"


def test_what_is_not_json_is_refused_with_line_and_column() -> None:
    assert "line 2 column 3" in refused('{"type":\n  }').message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "Infinity",
        '{"type": "int", "x": -Infinity}',
        '"int" "int"',
        "// comment\n1",
        '{"type": "int",}',
        '"tab\there"',
        "\ufeff1",
        '"\\ud800"',
        '"\udfff"',
        "1e999",
        "1" * 2000,
        "1" * 100_000,
        "[" * 100_000,
        '{"a":' * 100_000,
        '"' + '\\"' * 100_000,
    ],
    ids=range(17),
)
def test_json_that_others_let_pass_is_refused(text: str) -> None:
    with pytest.raises(SchemaSyntaxError) as caught:
        document.read(text)
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 200


def test_brackets_in_texts_do_not_count_as_depth() -> None:
    assert document.read('"' + '[\\"' * 1000 + '"') == '["' * 1000


def test_a_surrogate_pair_is_a_character() -> None:
    assert document.read('"\\ud83d\\ude00"') == "\U0001f600"
