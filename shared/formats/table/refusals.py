"""How the engine says that a schema is at fault."""

import json
from enum import StrEnum

SHOWN = 60


class TableSchemaCode(StrEnum):
    """The closed set of codes of schema violations, beside those of the strict reader of JSON."""

    KEY_MISSING = "key_missing"
    KEY_UNKNOWN = "key_unknown"
    VALUE_INVALID = "value_invalid"
    NAME_INVALID = "name_invalid"
    COLUMN_MALFORMED = "column_malformed"
    COLUMN_UNKNOWN = "column_unknown"
    TYPE_UNKNOWN = "type_unknown"
    TYPE_PARAMETERS = "type_parameters"
    CONSTRAINT_UNSUPPORTED = "constraint_unsupported"
    CONSTRAINT_CONFLICT = "constraint_conflict"
    DEFAULT_INVALID = "default_invalid"


class Flaw(Exception):
    """A violation of a part of a schema, without its place, which the caller adds."""

    def __init__(self, code: TableSchemaCode, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.code = code
        self.message = message


def shown(value: object) -> str:
    """A value as a message shows it: JSON, short, on one line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
