"""Guarantees of every `Examiner`."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.model import Direction, NumberedSource
from sluicegate.registry_api.core.ports import Examiner
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode, VersionNumber

PERSON = '{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}'
OPEN = SchemaSource('{"type": "object"}')
NAMED = SchemaSource('{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}')


def history(*sources: SchemaSource) -> list[NumberedSource]:
    """Versions, highest number first."""
    return [NumberedSource(VersionNumber(len(sources) - index), source) for index, source in enumerate(sources)]


def test_a_content_has_the_text_as_it_was_given(examiner: Examiner) -> None:
    text = f"  {PERSON}\n "
    content = examiner.content(SchemaFormat.JSON, SchemaSource(text), ValidityMode.FULL)
    assert (content.format, content.text, content.attributes) == (SchemaFormat.JSON, text, ("age", "name"))


def test_two_spellings_have_one_fingerprint_and_two_schemas_have_two(examiner: Examiner) -> None:
    texts = (PERSON, PERSON.replace(" ", ""), PERSON.replace("age", "years"))
    one, same, other = (
        examiner.content(SchemaFormat.JSON, SchemaSource(text), ValidityMode.FULL).fingerprint for text in texts
    )
    assert one == same != other


@pytest.mark.parametrize(
    ("text", "mode", "code"),
    [
        ("{", ValidityMode.FULL, "json"),
        ("{", ValidityMode.SYNTAX_ONLY, "json"),
        ('{"type": 3}', ValidityMode.FULL, "type"),
    ],
)
def test_what_a_mode_forbids_is_refused_with_violations(
    examiner: Examiner, text: str, mode: ValidityMode, code: str
) -> None:
    with pytest.raises(SchemaInvalid) as caught:
        examiner.content(SchemaFormat.JSON, SchemaSource(text), mode)
    assert [violation.code for violation in caught.value.violations] == [code]


@pytest.mark.parametrize(
    ("text", "mode"),
    [("{", ValidityMode.NONE), ('{"type": 3}', ValidityMode.NONE), ('{"type": 3}', ValidityMode.SYNTAX_ONLY)],
)
def test_what_a_mode_allows_is_made_ready(examiner: Examiner, text: str, mode: ValidityMode) -> None:
    content = examiner.content(SchemaFormat.JSON, SchemaSource(text), mode)
    assert content.text == text
    assert len(content.fingerprint) == 64


def test_references_are_seen_and_count_for_the_identity(examiner: Examiner) -> None:
    text = '{"properties": {"who": {"$ref": "person.json"}}}'
    with pytest.raises(SchemaInvalid):
        examiner.content(SchemaFormat.JSON, SchemaSource(text), ValidityMode.FULL)
    found = [
        examiner.content(
            SchemaFormat.JSON,
            SchemaSource(text, (NamedSource("person.json", SchemaSource(PERSON), fingerprint),)),
            ValidityMode.FULL,
        )
        for fingerprint in ("a", "a", "b")
    ]
    assert found[0].attributes == ("who", "who/age", "who/name")
    assert found[0] == found[1]
    assert found[0].fingerprint != found[2].fingerprint


def test_incompatibilities_name_version_direction_and_finding(examiner: Examiner) -> None:
    (found,) = examiner.incompatibilities(
        SchemaFormat.AVRO,
        CompatibilityMode.FULL_TRANSITIVE,
        SchemaSource('"long"'),
        history(SchemaSource('"long"'), SchemaSource('"int"')),
    )
    assert (found.number, found.direction) == (1, Direction.FORWARD)
    assert found.finding.code
    assert found.finding.remedy


@pytest.mark.parametrize(
    ("mode", "numbers"),
    [
        (CompatibilityMode.NONE, []),
        (CompatibilityMode.BACKWARD, [2]),
        (CompatibilityMode.BACKWARD_TRANSITIVE, [2, 1]),
        (CompatibilityMode.FORWARD_TRANSITIVE, []),
    ],
)
def test_a_mode_says_which_versions_are_looked_at(
    examiner: Examiner, mode: CompatibilityMode, numbers: list[int]
) -> None:
    found = examiner.incompatibilities(SchemaFormat.JSON, mode, NAMED, history(OPEN, OPEN))
    assert list(dict.fromkeys(each.number for each in found)) == numbers


def test_nothing_stands_against_the_first_version(examiner: Examiner) -> None:
    assert examiner.incompatibilities(SchemaFormat.JSON, CompatibilityMode.FULL, NAMED, []) == ()


def test_an_unreadable_version_is_a_finding(examiner: Examiner) -> None:
    (found,) = examiner.incompatibilities(
        SchemaFormat.JSON, CompatibilityMode.BACKWARD, NAMED, history(SchemaSource("{"))
    )
    assert found.finding.code == "schema_unreadable"


def test_threads_get_each_their_own_answer(examiner: Examiner) -> None:
    texts = [PERSON.replace("age", f"age_{number}") for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        contents = list(
            pool.map(
                lambda text: examiner.content(SchemaFormat.JSON, SchemaSource(text), ValidityMode.FULL),
                texts,
            )
        )
    assert [content.text for content in contents] == texts
    assert [content.attributes[0] for content in contents] == [f"age_{number}" for number in range(40)]
