"""The generation of Confluent's API: it determines the shape of some answers only."""

from enum import IntEnum


class Profile(IntEnum):
    """The release whose answers are given."""

    SEVEN = 7
    """`schemaType` is left out for Avro, a registration answers with the id alone, and there are no
    guids.
    """

    EIGHT = 8
    """`schemaType` is always there, a registration answers with all of the version, and contents
    have guids.
    """
