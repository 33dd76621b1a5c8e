"""One text for every spelling of a schema."""

import pytest
from hypothesis import given, settings

from sluicegate.shared.formats.engine import SchemaSource
from tests.unit.formats.csv_schema.builders import ENGINE, schema
from tests.unit.formats.csv_schema.strategies import DEFINITIONS, STEADY

SPELLED = """version 1.1 // spelled freely
/* over
   two lines */
@ignoreColumnNameCase @quoted
@separator TAB

"plain" : ( ( notEmpty ) )   and length( 3 , 3 ) @ignoreCase @optional // trailing
"with space":range( 1.50 ,*) (isNot("x") and is($plain)) or any("a" , $"with space")
7: if( $plain/is("x"),(notEmpty and uri),empty )
"""
CANONICAL = """version 1.1
@separator TAB
@quoted
@ignoreColumnNameCase
plain: notEmpty length(3) @optional @ignoreCase
"with space": range(1.5,*) (not("x") and is($plain)) or any("a",$"with space")
7: if($plain/is("x"),notEmpty uri,empty)
"""


def canonical(text: str) -> str:
    return ENGINE.canonical(ENGINE.parse(SchemaSource(text)))


def test_order_spaces_comments_parentheses_and_quotation_marks_do_not_count() -> None:
    assert canonical(SPELLED) == CANONICAL


def test_the_canonical_text_is_its_own() -> None:
    assert canonical(CANONICAL) == CANONICAL


def test_what_is_wrong_with_a_schema_stays_wrong() -> None:
    wrong = schema("@quoted @quoted", "a: @optional @optional", 'a: fileExists checksum(file($a,"x"),"MD5")')
    again = ENGINE.parse(SchemaSource(ENGINE.canonical(wrong)))
    assert [violation.code for violation in ENGINE.violations(again)] == [
        violation.code for violation in ENGINE.violations(wrong)
    ]
    assert again == wrong


@pytest.mark.slow
@given(DEFINITIONS, DEFINITIONS)
@settings(STEADY, max_examples=200)
def test_it_parses_to_the_same_schema(first: str, second: str) -> None:
    one = schema(f"a: {first}", f"b: {second}")
    assert ENGINE.parse(SchemaSource(ENGINE.canonical(one))) == one
