"""Rules that read files: refused, or ignored with their dependents."""

import pytest

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.csv_schema.engine import CsvSchemaEngine
from sluicegate.shared.formats.csv_schema.refusals import CsvSchemaCode
from sluicegate.shared.formats.options import FileChecks
from tests.unit.formats.csv_schema.builders import ENGINE, payload, schema

SKIPPING = CsvSchemaEngine(FileChecks.SKIP)

CASES = {
    "alone": ("fileExists", ["x", ""], []),
    "beside others": ('notEmpty fileExists("/data") regex("[a-z]+")', ["x"], ["", "1"]),
    "joined by and": ("notEmpty and fileExists", ["x"], [""]),
    "an alternative": ('fileExists or is("x")', ["x", "y"], []),
    "within parentheses": ("(notEmpty and fileExists)", ["x"], [""]),
    "a condition": ('if(fileExists,is("x"),is("y"))', ["x", "y", "z"], []),
    "a branch": ('if(is("x"),fileExists,is("y"))', ["x", "y"], ["z"]),
    "denied": ('checksum(file($a),"MD5") is("x") @matchIsFalse', ["x", "y"], []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_skipped_rules_condemn_no_row(name: str) -> None:
    definition, fitting, others = CASES[name]
    of = schema(f"a: {definition}", "b:")
    assert SKIPPING.violations(of) == ()
    validator = SKIPPING.compile(of)
    verdicts = {cell: validator.accepts(payload([("a", "b"), (cell, "z")])) for cell in (*fitting, *others)}
    assert verdicts == dict.fromkeys(fitting, True) | dict.fromkeys(others, False)


@pytest.mark.parametrize("name", CASES)
def test_rules_about_files_are_refused_otherwise(name: str) -> None:
    found = ENGINE.violations(schema(f"a: {CASES[name][0]}", "b:"))
    assert {each.code for each in found} == {CsvSchemaCode.FILE_RULE}
    assert 'formats.csv.file_checks to "skip"' in found[0].message


def test_skipped_rules_are_kept_in_the_schema_and_left_out_of_comparisons() -> None:
    of, without = schema("a: notEmpty fileExists", "b:"), schema("a: notEmpty", "b:")
    assert SKIPPING.canonical(of) != SKIPPING.canonical(without)
    assert SKIPPING.compare(of, without) == SKIPPING.compare(without, of) == ()


def test_other_mistakes_are_refused_too() -> None:
    assert [each.code for each in SKIPPING.violations(schema("a: fileExists range(2,1)"))] == [CsvSchemaCode.RANGE]


@pytest.mark.parametrize("levels", [33, 64])
def test_rules_nest_64_levels(levels: int) -> None:
    of = schema("a: " + "(" * levels + "notEmpty" + ")" * levels)
    assert ENGINE.violations(of) == ()
    assert ENGINE.compile(of).accepts(b"a\nx")


@pytest.mark.parametrize("opening", ["(", "if(notEmpty,"])
def test_rules_that_nest_65_levels_are_refused(opening: str) -> None:
    nested = [f"a: {opening * levels}notEmpty{')' * levels}" for levels in (64, 65)]
    assert [_is_refused(each) for each in nested] == [False, True]


def _is_refused(column: str) -> bool:
    try:
        schema(column)
    except SchemaSyntaxError as error:
        return [each.code for each in error.violations] == [CsvSchemaCode.TOO_DEEP]
    return False
