"""The way of a request into the registry, for the audit."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Origin:
    """The kind of credential, the key, the source address, and the operation of an API.

    Empty: not known.
    """

    credential: str = ""
    key_id: str = ""
    source: str = ""
    api: str = ""
    operation: str = ""


UNKNOWN_ORIGIN: Final = Origin()
