"""Violations of schemas whose check ended early."""

from sluicegate.shared.model import Violation
from sluicegate.shared.sandbox.limits import Limits


def too_expensive(limits: Limits) -> Violation:
    """Judging the schema takes too much, or brings the process down that does it."""
    message = (
        f"Judging the schema takes more than is allowed, which is {limits.described}. Make it smaller or simpler (fewer combinations and "
        "references inside each other, shorter patterns), or split it into schemas that refer to each other"
    )
    return Violation("", "too_expensive", message)


def not_text(error: UnicodeEncodeError) -> Violation:
    """The text cannot be written down in UTF-8."""
    found = f"U+{ord(error.object[error.start]):04X}"
    message = f"The schema holds half of a surrogate pair ({found}), which is no character. Remove it or write the whole character"
    return Violation("", "encoding", message)
