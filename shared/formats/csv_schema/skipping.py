"""A schema without its rules about files, for `file_checks = "skip"`: they refuse no row."""

from dataclasses import replace

from sluicegate.shared.formats.csv_schema.model import (
    All,
    And,
    Case,
    ConditionalRule,
    CsvColumn,
    CsvSchema,
    FileRule,
    Or,
    Rule,
)
from sluicegate.shared.formats.csv_schema.traversal import walk


def without_file_rules(schema: CsvSchema) -> CsvSchema:
    """Return the schema without file rules and their dependents.

    Dependents are alternatives, conditions and `@matchIsFalse`.
    """
    return replace(schema, columns=tuple(_column(each) for each in schema.columns))


def _column(column: CsvColumn) -> CsvColumn:
    if not any(map(_reads_files, column.rules)):
        return column
    return replace(column, rules=() if column.match_is_false else _kept(column.rules))


def _reads_files(rule: Rule) -> bool:
    return any(isinstance(each, FileRule) for each in walk(rule))


def _kept(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    found = (_rule(each) if _reads_files(each) else each for each in rules)
    return tuple(each for each in found if each is not None)


def _rule(rule: Rule) -> Rule | None:
    """Return the rest of a rule that reads files; None if there is none."""
    match rule:
        case All(rules=rules) | And(rules=rules):
            kept = _kept(rules)
            return replace(rule, rules=kept) if kept else None
        case ConditionalRule(cases=cases, otherwise=otherwise) if not any(
            _reads_files(case.condition) for case in cases
        ):
            return replace(
                rule, cases=tuple(Case(each.condition, _kept(each.then)) for each in cases), otherwise=_kept(otherwise)
            )
        case Or() | _:
            return None
