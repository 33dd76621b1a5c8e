"""Which generation of Confluent's API is spoken: the shape of some answers, and nothing else."""

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
