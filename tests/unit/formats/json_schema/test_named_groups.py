r"""References to named groups in patterns: `\k<name>` of ECMA-262."""

import pytest

from sluicegate.shared.formats.json_schema.named_groups import numbered
from tests.unit.formats.json_schema.schemas import ENGINE, parsed


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(?<y>a)\k<y>", r"(?<y>a)(?:\1)"),
        (r"(b)(?:c)(?<y>a)\k<y>1", r"(b)(?:c)(?<y>a)(?:\2)1"),
        (r"(?=(?<x>a))(?<!(b))(?<y>[(]\()\k<y>\k<x>", r"(?=(?<x>a))(?<!(b))(?<y>[(]\()(?:\3)(?:\1)"),
        (r"(?<y>(a)b)\k<y>+", r"(?<y>(a)b)(?:\1)+"),
        (r"\\k<y>", r"\\k<y>"),
        (r"(?<y>a)[\k<y>]", r"(?<y>a)[\k<y>]"),
        (r"\k<y>(?<y>a)", r"\k<y>(?<y>a)"),
        (r"(?<y>a\k<y>)", r"(?<y>a\k<y>)"),
        (r"(?<y>a)\k<z>", r"(?<y>a)\k<z>"),
        (r")(?<y>a)\k<y>(", r")(?<y>a)(?:\1)("),
    ],
)
def test_references_to_names_become_references_to_numbers(pattern: str, expected: str) -> None:
    assert numbered(pattern) == expected


QUOTED = r"^(?<q>[\"'])(?<w>\w+)\k<q>=\k<w>$"


@pytest.mark.parametrize("around", [lambda schema: schema, lambda schema: {"allOf": [{"not": {"not": schema}}]}])
def test_pattern_with_named_references_is_checked(around: type) -> None:
    schema = parsed(around({"pattern": QUOTED}))
    assert ENGINE.violations(schema) == ()
    validator = ENGINE.compile(schema)
    assert validator.accepts(rb'"\"ab\"=ab"')
    assert not validator.accepts(rb'"\"ab\"=ac"')
    assert not validator.accepts(rb'"\"ab\'=ab"')


def test_names_of_properties_may_have_named_references() -> None:
    validator = ENGINE.compile(parsed({"patternProperties": {r"^(?<y>\w)\k<y>$": {"type": "integer"}}}))
    assert validator.accepts(b'{"aa": 1, "ab": "x"}')
    assert not validator.accepts(b'{"aa": "x"}')


def test_properties_that_are_called_pattern_stay_as_they_are() -> None:
    schema = {"properties": {"pattern": {"type": "string"}}, "enum": [{"pattern": r"(?<y>a)\k<y>"}]}
    validator = ENGINE.compile(parsed(schema))
    assert validator.accepts(rb'{"pattern": "(?<y>a)\\k<y>"}')


def test_reference_to_no_group_is_a_violation() -> None:
    assert ENGINE.violations(parsed({"pattern": r"(?<y>a)\k<z>"}))
