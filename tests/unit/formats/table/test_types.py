"""The names of types and their parameters."""

import pytest

from tests.unit.formats.table.builders import type_of, violations

NAMES = {
    "smallint": ["INT2", "SmallInt", "smallint(6)", "tinyint", "TINYINT(4)", "year"],
    "integer": ["int", "INT4", "Integer", "INT(11)", "mediumint", "int signed"],
    "bigint": ["int8", "BIGINT(20)"],
    "numeric": ["decimal", "NUMERIC", "dec"],
    "numeric(5)": ["decimal(5)", "numeric(5,0)", "numeric ( 5 , 0 )"],
    "numeric(10, 2)": ["DECIMAL(10, 2)", "decimal(10,2)"],
    "numeric(3, -2)": ["numeric(3,-2)", "numeric(3, - 2)"],
    "real": ["float4", "float(1)", "FLOAT(24)"],
    "double precision": ["float8", "float", "float(25)", "DOUBLE", "double  precision"],
    "char(1)": ["char", "CHARACTER", "nchar"],
    "char(3)": ["character(3)", "national character(3)"],
    "varchar": ["character varying", "VARCHAR"],
    "varchar(255)": ["character varying(255)", "VARCHAR (255)", "char varying(255)", "national char varying(255)"],
    "text": ["TEXT", "longtext"],
    "bytea": ["blob", "LONGBLOB"],
    "boolean": ["bool", "TINYINT(1)"],
    "time": ["time without time zone", "time(6)"],
    "timetz": ["time with time zone", "timetz(6)"],
    "timestamp": ["TIMESTAMP WITHOUT TIME ZONE", "datetime", "timestamp(6)"],
    "timestamp(3)": ["timestamp(3) without time zone", "DATETIME(3)"],
    "timestamptz(0)": ["timestamp(0) with time zone", "timestamptz(0)"],
    "bit(1)": ["bit"],
    "varbit(5)": ["bit varying(5)"],
    "enum('a', 'it''s')": ["ENUM('a','it''s')"],
    "integer[]": ["int[]", "int[3]", "int[][]", "int array", "int ARRAY[4]"],
    "timestamptz[]": ["timestamp with time zone[]"],
}


@pytest.mark.parametrize(("canonical", "name"), [(of, name) for of, each in NAMES.items() for name in (of, *each)])
def test_a_type_has_one_canonical_name(canonical: str, name: str) -> None:
    assert type_of(name) == canonical


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("strng", "text"), ("STRING", "text"), ("varchr(5)", "varchar"), ("integr", "integer"), ("money", "numeric(19, 2)"),
        ("number(5)", "numeric"), ("timestampz", "timestamptz"), ("set('a')", "text[]"), ("qqq", "a type of PostgreSQL"),
    ],
)  # fmt: skip
def test_an_unknown_type_is_refused_with_the_nearest_name(text: str, near: str) -> None:
    (found,) = violations({"a": text})
    assert (found.path, found.code) == ("/columns/a", "type_unknown")
    assert near in found.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("int unsigned", "type_unknown"),
        ("varchar(0)", "type_parameters"),
        ("varchar(10485761)", "type_parameters"),
        ("varchar('5')", "type_parameters"),
        ("varchar(5, 5)", "type_parameters"),
        ("varchar(99999999999999999999)", "type_parameters"),
        ("numeric(0)", "type_parameters"),
        ("numeric(1001)", "type_parameters"),
        ("numeric(5, 1001)", "type_parameters"),
        ("float(54)", "type_parameters"),
        ("timestamp(7)", "type_parameters"),
        ("text(5)", "type_parameters"),
        ("serial(5)", "type_parameters"),
        ("enum", "type_parameters"),
        ("enum(a)", "type_parameters"),
        ("enum('a', 'a')", "type_parameters"),
        ("enum()", "column_malformed"),
        ("varchar(", "column_malformed"),
        ("varchar(5", "column_malformed"),
        ("int[", "column_malformed"),
        ("int[x]", "column_malformed"),
        ("", "column_malformed"),
        ("5", "column_malformed"),
        ("'int'", "column_malformed"),
        ("int 'x", "column_malformed"),
        ("int;", "column_malformed"),
        ("text " + "x" * 10_000, "column_malformed"),
    ],
)
def test_a_type_at_fault_is_refused(text: str, code: str) -> None:
    (found,) = violations({"a": text})
    assert (found.path, found.code) == ("/columns/a", code)
