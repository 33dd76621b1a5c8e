"""The counters of verdicts, by error code and by the format of the schema."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter

from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import Code

VALID_CODE: Final = "valid"
"""In the place of a dead letter's code."""
UNKNOWN_FORMAT: Final = "unknown"
"""In the place of a format: no schema was found, or messages with the same attributes are of
several.
"""


class Verdicts:
    """All of them, in a registry of metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Start each at zero."""
        rejected = Counter(
            "sluicegate_validator_messages_rejected",
            "Messages judged to be dead-lettered, by error code",
            ["code"],
            registry=registry,
        )
        verdicts = Counter(
            "sluicegate_validator_verdicts",
            "Messages judged, by the format of their schema and by the outcome",
            ["format", "code"],
            registry=registry,
        )
        self._by_code = {code: rejected.labels(code.value) for code in Code}
        self._by_verdict = {
            (form, code): verdicts.labels(form or UNKNOWN_FORMAT, code or VALID_CODE)
            for form in (None, *SchemaFormat)
            for code in (None, *Code)
        }

    def judged(self, form: SchemaFormat | None, code: Code | None, count: int) -> None:
        """Count verdicts. No code: valid; no format: it is not known."""
        self._by_verdict[form, code].inc(count)

    def rejected(self, code: Code, count: int) -> None:
        """Count messages that are dead-lettered."""
        self._by_code[code].inc(count)
