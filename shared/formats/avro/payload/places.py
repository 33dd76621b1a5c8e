"""Where in a datum something is: steps that cost little on the way, and become a JSON pointer only where something is wrong."""

from typing import TypeAlias

from shared.formats.avro.refusals import pointer

Place: TypeAlias = "tuple[Place, str | int] | None"
"""The way from the root, last step first."""


def path(place: Place) -> str:
    """The JSON pointer (RFC 6901) of a place."""
    steps = []
    while place is not None:
        place, step = place
        steps.append(step)
    return pointer("", *reversed(steps))
