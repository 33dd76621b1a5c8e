"""How long checking a payload of a schema may take.

A row has a separator for each column but one, so a payload of nothing but separators has each rule
looked at for almost each byte of a column. A long cell is gone through by each rule of its column,
and by each rule that takes strings from columns.
"""

from typing import Final

import re2  # type: ignore[import-untyped, unused-ignore]  # google-re2 ships no types

from sluicegate.shared.formats.csv_schema.model import CsvSchema, Literal, RegexRule, Rule, UniqueRule
from sluicegate.shared.formats.csv_schema.traversal import providers, walk
from sluicegate.shared.formats.effort import Effort, Linear

_ROW: Final = 600.0
_CELL: Final = 100.0
_RULE: Final = 1_000.0
_CHARACTER: Final = 40.0
_INSTRUCTION: Final = 12.0
"""Nanoseconds: of a rule and cell, of a rule and character, of an instruction of a pattern and
character where RE2 keeps no states.
"""

_MEMORY: Final = 16.0
_REMEMBERED: Final = 400.0
"""Bytes of memory: for each byte, and for each row that a rule remembers."""


def effort(schema: CsvSchema) -> Effort:
    """The effort of payloads of a schema without violations."""
    columns = max(len(schema.columns), 1)
    rules = {column.name: [each for rule in column.rules for each in walk(rule)] for column in schema.columns}
    every = [rule for found in rules.values() for rule in found]
    taken = sum(_taken(rule) for rule in every)
    rows = (_ROW + _RULE * (len(every) + taken)) / columns
    cell = max((sum(map(_per_character, found)) for found in rules.values()), default=0.0)
    remembering = sum(isinstance(rule, UniqueRule) for rule in every)
    verdict = _CELL + rows + cell + _CHARACTER * taken
    memory = _MEMORY + _REMEMBERED * remembering / columns
    return Effort(verdict=Linear(verdict, memory), reasons=Linear(3 * verdict, memory))


def _per_character(rule: Rule) -> float:
    if isinstance(rule, RegexRule):
        return _CHARACTER + _INSTRUCTION * _size(rule.pattern)
    return _CHARACTER


def _taken(rule: Rule) -> int:
    """The strings that a rule takes from other cells."""
    return sum(not isinstance(each, Literal) for each in providers(rule))


def _size(pattern: str) -> int:
    found: int = re2.compile(pattern).programsize
    return found
